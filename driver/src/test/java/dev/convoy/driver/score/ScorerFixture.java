package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.table.ImagePaths;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The brightness model, and an input and an output for it: white is bright, 1/(1+e⁻⁴). */
abstract class ScorerFixture {
  static final double SURE = 1 / (1 + Math.exp(-4));
  static final byte[] WHITE = {-1, -1, -1, -1};
  static final byte[] BLACK = {0, 0, 0, 0};
  static final StructType TABLE =
      new StructType()
          .add("customer", DataTypes.StringType)
          .add("day.of visit", DataTypes.LongType)
          .add("image", DataTypes.BinaryType);
  @TempDir Path directory;
  Path input;
  Path output;

  @BeforeEach
  void writeModel() {
    input = directory.resolve("photos [1] {a,b}");
    output = directory.resolve("scores [2] {c,d}");
    ModelStore.write(
        TestSpark.storage(), directory.resolve("model").toString(), TestModels.brightness());
  }

  /** Writes a table of Parquet files at {@link #input}, in the place of an earlier one. */
  void table(StructType schema, Row... rows) {
    TestSpark.session()
        .createDataFrame(Arrays.asList(rows), schema)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(input.toString());
  }

  ScorePlan plan(Optional<InputFormat> format, ExistingOutput existing, String... keys) {
    return new ScorePlan(
        directory.resolve("model").toString(),
        input.toString(),
        output.toString(),
        format,
        "test",
        "image",
        List.of(keys),
        FitChoice.AUTO,
        Answers.AUTOMATIC,
        BatchSize.of(2),
        existing);
  }

  static ScorePlan with(ScorePlan plan, TableSource source, ErrorLimit maxErrors) {
    return new ScorePlan(
        plan.model(),
        source,
        plan.target(),
        plan.format(),
        plan.split(),
        plan.imageColumn(),
        plan.imagePaths(),
        plan.keys(),
        plan.kept(),
        plan.fit(),
        plan.limits(),
        plan.answers(),
        plan.results(),
        plan.batch(),
        plan.precision(),
        maxErrors,
        plan.rows());
  }

  static ScorePlan limited(ScorePlan plan, ImageLimits limits) {
    return new ScorePlan(
        plan.model(),
        plan.source(),
        plan.target(),
        plan.format(),
        plan.split(),
        plan.imageColumn(),
        plan.imagePaths(),
        plan.keys(),
        plan.kept(),
        plan.fit(),
        limits,
        plan.answers(),
        plan.results(),
        plan.batch(),
        plan.precision(),
        plan.maxErrors(),
        plan.rows());
  }

  static ScorePlan keeping(ScorePlan plan, String... kept) {
    return new ScorePlan(
        plan.model(),
        plan.source(),
        plan.target(),
        plan.format(),
        plan.split(),
        plan.imageColumn(),
        plan.imagePaths(),
        plan.keys(),
        List.of(kept),
        plan.fit(),
        plan.limits(),
        plan.answers(),
        plan.results(),
        plan.batch(),
        plan.precision(),
        plan.maxErrors(),
        plan.rows());
  }

  /** The plan of scoring the table {@link #input}. */
  ScorePlan plan(ScoreTarget target, ResultSelection results, RowChoice rows, String... keys) {
    return new ScorePlan(
        directory.resolve("model").toString(),
        TableSource.path(input.toString()),
        target,
        Optional.empty(),
        "test",
        "image",
        ImagePaths.PLAIN,
        List.of(keys),
        List.of(),
        FitChoice.AUTO,
        ImageLimits.DEFAULT,
        Answers.AUTOMATIC,
        results,
        BatchSize.of(2),
        ScoringPrecision.AUTO,
        ErrorLimit.NONE,
        rows);
  }

  static ScoreReport score(ScorePlan plan) {
    return new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(plan);
  }

  void refused(ScorePlan plan, String... lines) {
    assertThatThrownBy(() -> score(plan))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(String.join(System.lineSeparator(), lines));
  }

  List<Row> written(String order) {
    Dataset<Row> rows =
        TestSpark.session().read().schema(schemaOfOutput()).parquet(literal(output));
    return rows.orderBy(order).collectAsList();
  }

  StructType schemaOfOutput() {
    return TestSpark.session().read().parquet(literal(output)).schema();
  }

  static String literal(Path path) {
    return dev.convoy.data.io.Storage.literal(path.toString());
  }

  static void assertScored(Row row, int label, double confidence) {
    assertThat((Integer) row.getAs("prediction")).isEqualTo(label);
    assertThat((String) row.getAs("predicted_label")).isEqualTo(TestModels.LABELS.get(label));
    float found = row.getAs("confidence");
    assertThat((double) found).isCloseTo(confidence, within(1e-5));
    List<Float> probabilities = row.getList(row.fieldIndex("probabilities"));
    assertThat(probabilities).hasSize(2);
    assertThat(probabilities.get(label)).isEqualTo(found);
    assertThat((double) probabilities.get(1 - label)).isCloseTo(1 - confidence, within(1e-5));
    assertThat((String) row.getAs("error")).isNull();
  }

  static void assertBad(Row row, String error) {
    for (String column : List.of("prediction", "predicted_label", "confidence", "probabilities")) {
      assertThat(row.isNullAt(row.fieldIndex(column))).as(column).isTrue();
    }
    assertThat((String) row.getAs("error")).isEqualTo(error);
  }
}
