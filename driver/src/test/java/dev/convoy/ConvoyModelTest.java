package dev.convoy;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.Answers;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.Scorer;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The brightness model on Spark's tables: white is bright, with a logit of 4 more than dark. */
@Tag("slow")
class ConvoyModelTest {
  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  private static final double SURE = 1 / (1 + Math.exp(-4));
  private static final byte[] WHITE = {-1, -1, -1, -1};
  private static final byte[] BLACK = {0, 0, 0, 0};
  private static final StructType KEYED =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("image", DataTypes.BinaryType)
          .add("truth", DataTypes.StringType);

  @TempDir Path directory;
  private ConvoyModel model;

  @BeforeEach
  void load() {
    String path = directory.resolve("model").toString();
    ModelStore.write(TestSpark.storage(), path, TestModels.brightness());
    model = ConvoyModel.load(TestSpark.session(), path);
  }

  private static Dataset<Row> table(Row... rows) {
    return TestSpark.session().createDataFrame(Arrays.asList(rows), KEYED);
  }

  private static Dataset<Row> four() {
    return table(
        RowFactory.create("white", WHITE, "bright"),
        RowFactory.create("none", null, "dark"),
        RowFactory.create("black", TestDatasets.png(2, 0, 0, 0, 0), "dark"),
        RowFactory.create("damaged", new byte[] {1, 2, 3}, "dark"));
  }

  @Test
  void everyRowKeepsItsColumnsAndItsPlaceAndHasAPredictionOrAnError() {
    Dataset<Row> scored = model.transform(four().coalesce(1));
    assertThat(scored.schema()).isEqualTo(model.transformSchema(KEYED));
    assertThat(scored.columns())
        .containsExactly(
            "key",
            "image",
            "truth",
            "prediction",
            "predictedLabel",
            "probability",
            "rawPrediction",
            "error");
    List<Row> rows = scored.collectAsList();
    assertThat(rows)
        .extracting(row -> row.getString(0))
        .containsExactly("white", "none", "black", "damaged");
    Row white = rows.get(0);
    assertThat((byte[]) white.getAs("image")).isEqualTo(WHITE);
    assertThat((Double) white.getAs("prediction")).isEqualTo(1.0);
    assertThat((String) white.getAs("predictedLabel")).isEqualTo("bright");
    assertThat(((Vector) white.getAs("probability")).toArray()[1]).isCloseTo(SURE, within(1e-6));
    assertThat(((Vector) white.getAs("rawPrediction")).toArray())
        .containsExactly(new double[] {0, 4}, within(1e-5));
    assertThat((String) white.getAs("error")).isNull();
    assertThat((Double) rows.get(2).getAs("prediction")).isEqualTo(0.0);
    for (int bad : new int[] {1, 3}) {
      for (String column :
          List.of("prediction", "predictedLabel", "probability", "rawPrediction")) {
        assertThat(rows.get(bad).<Object>getAs(column)).as(column).isNull();
      }
    }
    assertThat((String) rows.get(1).getAs("error")).isEqualTo("there is no image");
    assertThat((String) rows.get(3).getAs("error"))
        .isEqualTo("not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
  }

  @Test
  void everyRowNamesTheModel() {
    List<Row> rows = model.setModelCol("model").transform(four()).collectAsList();
    assertThat(rows)
        .extracting(row -> row.<String>getAs("model"))
        .hasSize(4)
        .containsOnly(TestModels.brightness().parametersSha256());
  }

  @Test
  void manyRowsOfSeveralSizesKeepTheirOrderWhateverTheBatch() {
    String path = directory.resolve("any").toString();
    ModelStore.write(TestSpark.storage(), path, TestModels.brightnessOfAnySize());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      int side = 2 + 2 * (i % 7 == 0 ? 2 : i % 3 == 0 ? 1 : 0);
      int[] pixels = IntStream.generate(() -> 255).limit((long) side * side).toArray();
      byte[] image = i % 10 == 9 ? new byte[] {9} : TestDatasets.png(side, pixels);
      rows.add(RowFactory.create(Integer.toString(i), image, "bright"));
    }
    for (int batch : new int[] {1, 3, 0}) {
      ConvoyModel any =
          ConvoyModel.load(TestSpark.session(), path).setFit("none").setBatchSize(batch);
      List<Row> scored = any.transform(table(rows.toArray(Row[]::new)).coalesce(1)).collectAsList();
      for (int i = 0; i < rows.size(); i++) {
        assertThat(scored.get(i).getString(0)).isEqualTo(Integer.toString(i));
        assertThat(scored.get(i).<String>getAs("error") == null).isEqualTo(i % 10 != 9);
      }
      assertThat(scored).hasSameSizeAs(rows);
    }
  }

  @Test
  void columnsThatAreTakenAreRefusedWithTheParamToSet() {
    Dataset<Row> table =
        four().withColumn("Prediction", col("key")).withColumn("error", col("key"));
    assertThatThrownBy(() -> model.transform(table))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining(
            "predictionCol prediction: there is a column of this name already (set predictionCol to"
                + " another name)")
        .hasMessageContaining("errorCol error: ");
    Dataset<Row> renamed =
        model
            .copy(new org.apache.spark.ml.param.ParamMap())
            .setPredictionCol("")
            .setErrorCol("why")
            .transform(table);
    assertThat(renamed.columns()).contains("why").doesNotContain("prediction");
    assertThatThrownBy(
            () ->
                model
                    .copy(model.extractParamMap())
                    .setErrorCol("probability")
                    .transformSchema(KEYED))
        .hasMessageContaining("errorCol probability: there is a column of this name already");
  }

  @Test
  void whatCannotHoldImagesIsRefusedWithTheColumns() {
    assertThatThrownBy(() -> model.setInputCol("photo").transformSchema(KEYED))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot transform: inputCol photo: the table has the columns [key, image, truth] (set"
                + " inputCol to the column of images)");
    StructType numbers = new StructType().add("photo", DataTypes.DoubleType);
    assertThatThrownBy(() -> model.transformSchema(numbers))
        .hasMessageContaining("inputCol photo: cannot hold images: its type is double (images are");
    assertThatThrownBy(() -> model.setFit("squeeze")).hasMessageContaining("fit");
    assertThatThrownBy(() -> model.setInputCol("image").setOutputLayer("output").transform(four()))
        .hasMessageContaining("Cannot return the values of the layer output: it is the output");
    assertThatThrownBy(() -> model.setInputCol("image").setPixelShape(2, 2).transformSchema(KEYED))
        .hasMessageContaining("pixelShape [2, 2]: must be channels (1 or 3), height and width");
    assertThatThrownBy(() -> ConvoyModel.load(TestSpark.session(), directory.toString() + "/no"))
        .hasMessageContaining("there is no such directory");
  }

  @Test
  void aLayerIsReturnedAsAVectorAndTheMostProbableLabelsInOrder() {
    String path = directory.resolve("any").toString();
    ModelStore.write(TestSpark.storage(), path, TestModels.brightnessOfAnySize());
    ConvoyModel any = ConvoyModel.load(TestSpark.session(), path);
    String pool = any.layers().get(0);
    Row row = any.setOutputLayer(pool).setOutputCol("pooled").setTopK(5).transform(four()).first();
    // The mean of four white pixels, each 1.
    assertThat(((Vector) row.getAs("pooled")).toArray())
        .containsExactly(new double[] {1}, within(1e-6));
    List<Row> top = row.getList(row.fieldIndex("top"));
    assertThat(top).extracting(one -> one.getString(1)).containsExactly("bright", "dark");
    assertThat(top.get(0).getFloat(2) + top.get(1).getFloat(2)).isCloseTo(1, within(1e-6f));
    Row alone =
        any.setPredictionCol("")
            .setPredictedLabelCol("")
            .setProbabilityCol("")
            .setRawPredictionCol("")
            .setTopK(0)
            .transform(four())
            .first();
    assertThat(alone.schema().fieldNames())
        .containsExactly("key", "image", "truth", "pooled", "error");
    assertThat(alone.<Vector>getAs("pooled")).isEqualTo(row.getAs("pooled"));
  }

  @Test
  void theCommandGivesEqualProbabilities() {
    String input = directory.resolve("table").toString();
    four().write().parquet(input);
    String output = directory.resolve("scores").toString();
    ScorePlan plan =
        new ScorePlan(
            directory.resolve("model").toString(),
            input,
            output,
            Optional.empty(),
            "test",
            "image",
            List.of("key"),
            FitChoice.AUTO,
            Answers.AUTOMATIC,
            BatchSize.AUTOMATIC,
            ExistingOutput.KEEP);
    new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(plan);
    List<Row> command = TestSpark.session().read().parquet(output).orderBy("key").collectAsList();
    List<Row> transform = model.transform(four()).orderBy("key").collectAsList();
    for (int i = 0; i < 4; i++) {
      Vector found = transform.get(i).getAs("probability");
      int column = command.get(i).fieldIndex("probabilities");
      assertThat(found == null).isEqualTo(command.get(i).isNullAt(column));
      for (int label = 0; found != null && label < 2; label++) {
        float expected = command.get(i).<Float>getList(column).get(label);
        assertThat(found.apply(label)).isEqualTo((double) expected);
      }
      assertThat(transform.get(i).<String>getAs("error"))
          .isEqualTo(command.get(i).<String>getAs("error"));
    }
  }

  @Test
  void itIsAStageOfPipelinesThatSparksEvaluatorMeasures() throws java.io.IOException {
    StringIndexer indexer =
        new StringIndexer()
            .setInputCol("truth")
            .setOutputCol("label")
            .setStringOrderType("alphabetDesc");
    IndexToString back = new IndexToString().setInputCol("prediction").setOutputCol("name");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {indexer, model, back});
    Dataset<Row> good =
        table(
            RowFactory.create("a", WHITE, "bright"),
            RowFactory.create("b", BLACK, "dark"),
            RowFactory.create("c", BLACK, "bright"),
            RowFactory.create("d", WHITE, "bright"));
    PipelineModel fitted = pipeline.fit(good);
    Dataset<Row> scored = fitted.transform(good);
    // The metadata of columns survives: the evaluator and IndexToString read it.
    assertThat(scored.schema().apply("label").metadata().contains("ml_attr")).isTrue();
    assertThat(scored.filter(col("name").notEqual(col("predictedLabel"))).count()).isZero();
    // Descending order numbers dark 0 and bright 1, as the model does.
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
    assertThat(accuracy).isEqualTo(0.75);

    String saved = directory.resolve("pipeline").toString();
    model.setBatchSize(3).setPixelShape(1, 2, 2);
    fitted.write().save(saved);
    PipelineModel again = PipelineModel.load(saved);
    assertThat(again.transform(good).collectAsList()).isEqualTo(scored.collectAsList());
    Transformer stage = again.stages()[1];
    assertThat(stage.uid()).isEqualTo(model.uid());
    assertThat(stage.getOrDefault(model.batchSize())).isEqualTo(3);
  }

  @Test
  void aSavedModelIsTheDirectoryThatCommandsRead() throws java.io.IOException {
    String saved = directory.resolve("saved").toString();
    model.setErrorCol("why").save(saved);
    Storage storage = TestSpark.storage();
    assertThat(ModelStore.parametersSha256(storage, saved))
        .isEqualTo(TestModels.brightness().parametersSha256());
    ConvoyModel again = ConvoyModel.load(TestSpark.session(), saved);
    assertThat(again.uid()).isEqualTo(model.uid());
    assertThat(again.transformSchema(KEYED).fieldNames()).contains("why");
    assertThatThrownBy(() -> model.save(saved)).hasMessageContaining("already exists");
    model.write().overwrite().save(saved);
    assertThat(ConvoyModel.read().load(saved).labels()).containsExactly("dark", "bright");
  }

  @Test
  void theClassThatMetadataNamesIsNotLoaded() throws java.io.IOException {
    Path saved = directory.resolve("saved");
    model.save(saved.toString());
    Path part;
    try (var files = java.nio.file.Files.list(saved.resolve("metadata"))) {
      part =
          files
              .filter(file -> file.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
    }
    String text = java.nio.file.Files.readString(part);
    java.nio.file.Files.writeString(part, text.replace("dev.convoy.ConvoyModel", "evil.Model"));
    assertThatThrownBy(() -> ConvoyModel.load(TestSpark.session(), saved.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("it was saved by the class evil.Model");
  }
}
