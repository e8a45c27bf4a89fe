package dev.convoy;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A classifier as a stage of Spark's pipelines, and under Spark's tuning. */
@Tag("slow")
class ClassifierPipelineTest {
  @TempDir Path directory;

  /** Spark's writers and readers look for a session by themselves. */
  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  @AfterEach
  void nothingIsLeft() {
    KeptBlocks.awaitNoShards();
  }

  private static MulticlassClassificationEvaluator accuracy() {
    return new MulticlassClassificationEvaluator().setLabelCol("number").setMetricName("accuracy");
  }

  /** A classifier of numbered labels. Nothing is held out, since Spark does so. */
  private static ConvoyClassifier classifier() {
    return LabelledPhotos.classifier().setLabelCol("number").setIdCol("id").setValidation(0);
  }

  private static StringIndexer indexer() {
    return new StringIndexer().setInputCol("label").setOutputCol("number");
  }

  private static Dataset<Row> numbered() {
    Dataset<Row> table = LabelledPhotos.table();
    return indexer().fit(table).transform(table);
  }

  @Test
  void aSavedPipelineTrainsAndItsModelIsScoredAsTheOneInMemory() throws Exception {
    Pipeline pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {indexer(), classifier().setErrorCol("reason")});
    String path = directory.resolve("pipeline").toString();
    pipeline.write().save(path);
    Pipeline again = Pipeline.load(path);
    ConvoyClassifier loaded = (ConvoyClassifier) again.getStages()[1];
    assertThat(loaded.explainParams())
        .isEqualTo(((ConvoyClassifier) pipeline.getStages()[1]).explainParams());
    Dataset<Row> table = LabelledPhotos.table();
    PipelineModel model = again.fit(table);
    ConvoyModel fitted = (ConvoyModel) model.stages()[1];
    assertThat(fitted.parent().uid()).isEqualTo(loaded.uid());
    assertThat(fitted.hasSummary()).isTrue();
    Dataset<Row> scored = model.transform(table);
    assertThat(scored.columns()).contains("number", "prediction", "reason");
    String saved = directory.resolve("model").toString();
    model.write().save(saved);
    PipelineModel reloaded = PipelineModel.load(saved);
    assertThat(
            reloaded
                .transform(table)
                .select("id", "prediction")
                .exceptAll(scored.select("id", "prediction"))
                .count())
        .isZero();
    ConvoyModel unfitted = (ConvoyModel) reloaded.stages()[1];
    assertThat(unfitted.hasSummary()).isFalse();
    assertThatThrownBy(unfitted::summary)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it was not trained in this program");
  }

  @Test
  void aClassifierIsSavedWithItsParamsAndNothingElseIsRead() throws Exception {
    String path = directory.resolve("classifier").toString();
    ConvoyClassifier classifier = classifier().setLearningRate(0.25).setPixelShape(1, 4, 4);
    classifier.write().save(path);
    ConvoyClassifier loaded = ConvoyClassifier.load(path);
    assertThat(loaded.uid()).isEqualTo(classifier.uid());
    for (var param : classifier.params()) {
      assertThat(loaded.isSet(param)).as(param.name()).isEqualTo(classifier.isSet(param));
      if (!param.equals(classifier.pixelShape())) {
        assertThat(loaded.explainParam(param)).isEqualTo(classifier.explainParam(param));
      }
    }
    assertThat(loaded.getOrDefault(loaded.pixelShape())).containsExactly(1, 4, 4);
    Path metadata;
    try (var files = Files.list(Path.of(path, "metadata"))) {
      metadata =
          files
              .filter(file -> file.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
    }
    Files.writeString(
        metadata, Files.readString(metadata).replace("ConvoyClassifier\"", "Other\""));
    assertThatThrownBy(() -> ConvoyClassifier.load(path))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it was saved by the class dev.convoy.Other");
  }

  /** The programs of docs/spark-ml.md do the same with a CrossValidator. */
  @Test
  @Timeout(120)
  void tuningTrainsInParallelAndReturnsTheBestNetwork() {
    Dataset<Row> table = numbered();
    ConvoyClassifier classifier = classifier();
    ParamMap good = new ParamMap().put(classifier.learningRate(), 0.05);
    ParamMap useless =
        new ParamMap()
            .put(classifier.learningRate(), 1e-9)
            .put(classifier.network(), "layers = [ { output { } } ]");
    TrainValidationSplitModel chosen =
        new TrainValidationSplit()
            .setEstimator(classifier.setEpochs(10))
            .setEstimatorParamMaps(new ParamMap[] {useless, good})
            .setEvaluator(accuracy())
            .setTrainRatio(0.7)
            .setParallelism(2)
            .setCollectSubModels(true)
            .setSeed(1)
            .fit(table);
    assertThat(chosen.validationMetrics()[1]).isGreaterThan(chosen.validationMetrics()[0]);
    ConvoyModel model = (ConvoyModel) chosen.bestModel();
    assertThat(model.layers()).containsExactly("conv1");
    assertThat(model.labels()).containsExactly("cedar", "birch", "ash"); // by frequency
    assertThat(model.summary().examples()).isEqualTo(table.count());
    long trained = ((ConvoyModel) chosen.subModels()[0]).summary().examples();
    assertThat(trained).isBetween(10L, table.count() - 1);
    assertThat(((ConvoyModel) chosen.subModels()[1]).summary().examples()).isEqualTo(trained);
    assertThat(chosen.transform(table).filter(col("error").isNull()).count())
        .isEqualTo(table.count());
  }
}
