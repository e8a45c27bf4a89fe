package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The brightness model over tables: white is bright, 1/(1+e⁻⁴). */
@Tag("slow")
class ScorerTableTest extends ScorerFixture {
  @Test
  void aTableOfRawPixelsKeepsItsKeyColumnsOrThoseThatAreNamed() {
    table(
        TABLE,
        RowFactory.create("ann", 1L, WHITE),
        RowFactory.create("bob", 2L, BLACK),
        RowFactory.create("cid", 3L, null),
        RowFactory.create("dan", 4L, new byte[] {1, 2, 3}),
        RowFactory.create("eve", 5L, TestDatasets.png(2, 255, 255, 255, 255)));
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(5);
    assertThat(report.errors()).isEqualTo(2);
    assertThat(schemaOfOutput().fieldNames())
        .containsExactly(
            "customer",
            "day.of visit",
            "prediction",
            "predicted_label",
            "confidence",
            "probabilities",
            "error",
            "model");
    List<Row> rows = written("customer");
    assertThat(rows).extracting(row -> row.getLong(1)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertScored(rows.get(0), 1, SURE);
    assertScored(rows.get(1), 0, SURE);
    assertBad(rows.get(2), "there is no image");
    assertBad(rows.get(3), "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
    assertScored(rows.get(4), 1, SURE);

    // Scored again with one key only, its rows are the same without the other.
    score(plan(Optional.of(RowFormat.TABLE), ExistingOutput.OVERWRITE, "day.of visit"));
    List<Row> again = written("`day.of visit`");
    assertThat(again.get(0).schema().fieldNames()[0]).isEqualTo("day.of visit");
    assertThat(again)
        .extracting(row -> row.toSeq().drop(1))
        .isEqualTo(rows.stream().map(row -> row.toSeq().drop(2)).toList());
  }

  @Test
  void columnsAreFoundInAnyCaseAndMayHaveAnyCharacters() {
    table(
        new StructType()
            .add("__image", DataTypes.StringType)
            .add("a`b.c", DataTypes.StringType)
            .add("Im`age.x", DataTypes.BinaryType),
        RowFactory.create("x", "ann", WHITE));
    ScorePlan plan =
        new ScorePlan(
            directory.resolve("model").toString(),
            input.toString(),
            output.toString(),
            Optional.empty(),
            "test",
            "IM`AGE.X",
            List.of("A`B.C", "__image"),
            FitChoice.AUTO,
            new Answers(OptionalInt.of(1), Answers.Probabilities.NONE),
            BatchSize.of(2),
            ExistingOutput.KEEP);
    score(plan);
    assertThat(schemaOfOutput().fieldNames())
        .containsExactly(
            "a`b.c",
            "__image",
            "prediction",
            "predicted_label",
            "confidence",
            "top_k",
            "error",
            "model");
    Row row = written("prediction").get(0);
    assertThat(row.getString(0)).isEqualTo("ann");
    List<Row> top = row.getList(5);
    assertThat(top).hasSize(1);
    assertThat(top.get(0).getInt(0)).isEqualTo(1);
    assertThat(top.get(0).getString(1)).isEqualTo("bright");
    assertThat((double) top.get(0).getFloat(2)).isCloseTo(SURE, within(1e-5));
  }

  @Test
  void namesThatDifferInCaseOnlyAreTold() {
    TestSpark.session().conf().set("spark.sql.caseSensitive", "true");
    try {
      table(
          new StructType().add("image", DataTypes.BinaryType).add("Image", DataTypes.BinaryType),
          RowFactory.create(WHITE, BLACK));
      score(plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP));
      assertScored(
          TestSpark.session().read().parquet(literal(output)).collectAsList().get(0), 1, SURE);
    } finally {
      TestSpark.session().conf().unset("spark.sql.caseSensitive");
    }
    assertThatThrownBy(() -> score(plan(Optional.of(RowFormat.TABLE), ExistingOutput.OVERWRITE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot score "
                + input
                + ": its columns [image, Image] differ in case only, and columns are found in any"
                + " case (to tell them apart: --set spark.sql.caseSensitive=true)");
  }

  @Test
  void aTableWhoseLogSaysWhichRowsAreLiveIsRefusedAtAboveAndBelow() {
    table(TABLE, RowFactory.create("ann", 1L, WHITE));
    TestDatasets.put(input.resolve("_delta_log/00000000000000000000.json"), new byte[0]);
    Path root = input;
    Path file =
        Arrays.stream(input.toFile().listFiles((dir, name) -> name.endsWith(".parquet")))
            .findFirst()
            .orElseThrow()
            .toPath();
    assertDelta(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "--input "
            + root
            + ": it is a table of the format delta, whose reader is not here (add --packages"
            + " io.delta:delta-spark_2.12:3.3.2)");
    for (InputFormat named : Arrays.asList(null, RowFormat.TABLE, InputFormats.FOLDER)) {
      Optional<InputFormat> format = Optional.ofNullable(named);
      input = root;
      if (named != null) {
        assertDelta(
            plan(format, ExistingOutput.KEEP),
            "--input "
                + root
                + ": it is a Delta table (leave out --format, or give --format delta)");
      }
      input = file;
      assertDelta(
          plan(format, ExistingOutput.KEEP),
          "it lies in the Delta table file:"
              + root
              + ", and only its log tells which rows of its files are live (score the table: --input"
              + " file:"
              + root
              + ")");
    }
    input = directory;
    output = Path.of("/tmp").resolve(directory.getFileName() + "-scores");
    ScorePlan around = plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP);
    assertThatThrownBy(
            () ->
                ScoreInput.open(
                    TestSpark.session(),
                    TestSpark.storage(),
                    around,
                    TestModels.brightness().network(),
                    ScoreColumns.of(Answers.AUTOMATIC, TestModels.LABELS).names()))
        .hasMessageContaining("it holds the Delta table file:" + root);
    input = directory.resolve("photo.png");
    TestDatasets.put(input, TestDatasets.png(2, 0, 0, 0, 0));
    output = root.resolve("scores");
    assertThatThrownBy(() -> score(plan(Optional.empty(), ExistingOutput.KEEP)))
        .hasMessageContaining("--output " + output + ": lies in the Delta table file:" + root);
  }

  private static void assertDelta(ScorePlan plan, String place) {
    assertThatThrownBy(() -> Scorer.check(TestSpark.storage(), plan))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(place);
  }

  @Test
  void aTableWithoutRowsGivesNone() {
    table(TABLE);
    assertThat(score(plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP)).rows()).isZero();
    assertThat(written("customer")).isEmpty();
  }

  @Test
  void aColumnThatConvoyWritesIsRefusedInAnyCase() {
    table(
        new StructType()
            .add("Prediction", DataTypes.LongType)
            .add("error", DataTypes.StringType)
            .add("image", DataTypes.BinaryType),
        RowFactory.create(1L, "none", WHITE));
    refused(
        plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP),
        "Cannot score " + input + ": 2 problems",
        "  column Prediction: Convoy writes a column of this name (leave it out with --keys, or give Convoy's another name with --rename)",
        "  column error: Convoy writes a column of this name (leave it out with --keys, or give Convoy's another name with --rename)");
    assertThat(output).doesNotExist();
  }

  @Test
  void aMissingImageColumnAndMissingKeysAreNamedTogether() {
    table(
        new StructType().add("customer", DataTypes.StringType).add("photo", DataTypes.BinaryType),
        RowFactory.create("ann", WHITE));
    refused(
        plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP, "customer", "name", "customer"),
        "Cannot score " + input + ": 3 problems",
        "  --image-column image: the table has only the columns [customer, photo]",
        "  --keys name: the table has only the columns [customer, photo]",
        "  --keys customer,name,customer: a column is named twice (name each column once)");
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    table(new StructType().add("image", DataTypes.LongType), RowFactory.create(1L));
    refused(
        plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": --image-column image: cannot hold images: its type is bigint (images are binary:"
            + " image files, or pixels; string: paths; a struct of Spark's image source; or a"
            + " struct with a binary field bytes)");
  }

  @Test
  void pathsAreReadAndStructsOfBytesAreScored() {
    Path white = directory.resolve("white.png");
    TestDatasets.put(white, TestDatasets.png(2, 255, 255, 255, 255));
    StructType file =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    for (boolean isStruct : new boolean[] {false, true}) {
      input = directory.resolve("table " + isStruct);
      output = directory.resolve("scores " + isStruct);
      table(
          new StructType()
              .add("id", DataTypes.LongType)
              .add("image", isStruct ? file : DataTypes.StringType),
          RowFactory.create(1L, isStruct ? RowFactory.create(BLACK, "a.png") : white.toString()),
          RowFactory.create(
              2L, isStruct ? RowFactory.create(null, white.toString()) : directory + "/none.png"));
      score(plan(Optional.empty(), ExistingOutput.KEEP));
      List<Row> rows = written("id");
      if (isStruct) {
        assertScored(rows.get(0), 0, SURE);
        assertScored(rows.get(1), 1, SURE);
      } else {
        assertScored(rows.get(0), 1, SURE);
        assertThat((String) rows.get(1).getAs("error")).contains("none.png");
      }
    }
  }

  @Test
  void tooManyErrorsFailTheJobAndKeepTheEarlierScores() {
    table(
        TABLE,
        RowFactory.create("ann", 1L, WHITE),
        RowFactory.create("bob", 2L, BLACK),
        RowFactory.create("cid", 3L, WHITE),
        RowFactory.create("dan", 4L, null));
    ScorePlan plan = plan(Optional.empty(), ExistingOutput.OVERWRITE);
    ScoreReport report = score(with(plan, plan.source(), ErrorLimit.of("25%")));
    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.errorReasons())
        .containsExactly(new ScoreReport.Reason("there is no image", 1));
    assertThat(report.labels()).containsExactly(entry("bright", 2L), entry("dark", 1L));
    assertThat(report.meanConfidence()).isCloseTo(SURE, within(1e-5));
    List<Row> before = written("customer");
    assertThatThrownBy(() -> score(with(plan, plan.source(), ErrorLimit.of("0"))))
        .isInstanceOf(JobFailedException.class)
        .hasMessage(
            "Cannot complete "
                + output
                + ": 1 of 4 rows have no prediction, and --max-errors is 0 (the most frequent"
                + " reason: there is no image; nothing was written)");
    assertThat(written("customer")).isEqualTo(before);
  }
}
