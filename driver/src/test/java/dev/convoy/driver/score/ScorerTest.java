package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The brightness model over folders, tables and datasets: white is bright, 1/(1+e⁻⁴). */
@Tag("slow")
class ScorerTest {
  private static final double SURE = 1 / (1 + Math.exp(-4));
  private static final byte[] WHITE = {-1, -1, -1, -1};
  private static final byte[] BLACK = {0, 0, 0, 0};
  private static final StructType TABLE =
      new StructType()
          .add("customer", DataTypes.StringType)
          .add("day.of visit", DataTypes.LongType)
          .add("image", DataTypes.BinaryType);

  @TempDir Path directory;
  private Path input;
  private Path output;

  @BeforeEach
  void writeModel() {
    input = directory.resolve("photos [1] {a,b}");
    output = directory.resolve("scores [2] {c,d}");
    ModelStore.write(
        TestSpark.storage(), directory.resolve("model").toString(), TestModels.brightness());
  }

  private ScorePlan plan(Optional<InputFormat> format, ExistingOutput existing, String... keys) {
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

  private static ScoreReport score(ScorePlan plan) {
    return new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(plan);
  }

  private void refused(ScorePlan plan, String... lines) {
    assertThatThrownBy(() -> score(plan))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(String.join(System.lineSeparator(), lines));
  }

  private List<Row> written(String order) {
    Dataset<Row> rows =
        TestSpark.session().read().schema(schemaOfOutput()).parquet(literal(output));
    return rows.orderBy(order).collectAsList();
  }

  private StructType schemaOfOutput() {
    return TestSpark.session().read().parquet(literal(output)).schema();
  }

  private static String literal(Path path) {
    return dev.convoy.data.io.Storage.literal(path.toString());
  }

  private static void assertScored(Row row, int label, double confidence) {
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

  private static void assertBad(Row row, String error) {
    for (String column : List.of("prediction", "predicted_label", "confidence", "probabilities")) {
      assertThat(row.isNullAt(row.fieldIndex(column))).as(column).isTrue();
    }
    assertThat((String) row.getAs("error")).isEqualTo(error);
  }

  private void table(StructType schema, Row... rows) {
    TestSpark.session()
        .createDataFrame(Arrays.asList(rows), schema)
        .write()
        .parquet(input.toString());
  }

  @Test
  void everyFileOfAFolderGivesOneRowGoodOrBad() {
    byte[] whole = TestDatasets.png(2, 255, 255, 255, 255);
    TestDatasets.put(input.resolve("a white.png"), whole);
    TestDatasets.put(input.resolve("sub/b black.PNG"), TestDatasets.png(2, 0, 0, 0, 0));
    TestDatasets.put(input.resolve("c truncated.png"), Arrays.copyOf(whole, whole.length - 5));
    TestDatasets.put(input.resolve("d empty.png"), new byte[0]);
    TestDatasets.put(input.resolve("e text.jpg"), "no image".getBytes(StandardCharsets.UTF_8));
    TestDatasets.put(input.resolve("notes.txt"), "skipped".getBytes(StandardCharsets.UTF_8));
    TestDatasets.put(input.resolve(".cache/x.png"), whole);
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(5);
    assertThat(report.errors()).isEqualTo(3);
    assertThat(report.output()).isEqualTo("file:" + output);
    assertThat(report.skipped().groups())
        .extracting(group -> group.files() + " " + group.reason() + " " + group.first())
        .containsExactly("1 .txt: not a format that is read [notes.txt]", "1 hidden [.cache]");
    assertThat(report.fittedImages()).isZero();
    assertThat(report.notes()).isEmpty();
    assertThat(schemaOfOutput().fieldNames())
        .containsExactly(
            "id", "prediction", "predicted_label", "confidence", "probabilities", "error");
    List<Row> rows = written("id");
    assertThat(rows)
        .extracting(row -> (String) row.getAs("id"))
        .containsExactly(
            "a white.png", "c truncated.png", "d empty.png", "e text.jpg", "sub/b black.PNG");
    assertScored(rows.get(0), 1, SURE);
    assertBad(rows.get(1), "truncated: the end of the PNG file is missing");
    assertBad(rows.get(2), "the file is empty");
    assertBad(rows.get(3), "not a PNG or JPEG image");
    assertScored(rows.get(4), 0, SURE);
  }

  @Test
  void imagesOfAnotherSizeAreFittedAsThePlanSays() {
    // Four white pixels in a row; padded, black would cover half of the square.
    TestDatasets.put(input.resolve("wide.png"), TestDatasets.png(4, 255, 255, 255, 255));
    ScorePlan stretched =
        new ScorePlan(
            directory.resolve("model").toString(),
            input.toString(),
            output.toString(),
            Optional.of(InputFormats.FOLDER),
            "test",
            "image",
            List.of(),
            FitChoice.STRETCH,
            Answers.AUTOMATIC,
            BatchSize.of(2),
            ExistingOutput.KEEP);
    score(stretched);
    assertScored(written("id").get(0), 1, SURE);
  }

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
            "error");
    List<Row> rows = written("customer");
    assertThat(rows).extracting(row -> row.getLong(1)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertScored(rows.get(0), 1, SURE);
    assertScored(rows.get(1), 0, SURE);
    assertBad(rows.get(2), "there is no image");
    assertBad(rows.get(3), "not a PNG or JPEG image");
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
            "a`b.c", "__image", "prediction", "predicted_label", "confidence", "top", "error");
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
  void whatItIsIsNamedAndWhatToDo() {
    TestDatasets.put(
        input.resolve("sub/part-0.orc"), "ORC and more".getBytes(StandardCharsets.UTF_8));
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": it holds 1 ORC file (sub/part-0.orc): write it as Parquet with Spark,"
            + " spark.read.format(\"orc\").load(\""
            + input
            + "\").write.parquet(\"NEW\"), and score NEW");
    input = directory.resolve("model");
    output = directory.resolve("elsewhere");
    refused(
        new ScorePlan(
            directory.resolve("model").toString(),
            directory.resolve("model").toString() + "/../model",
            output.toString(),
            Optional.empty(),
            "test",
            "image",
            List.of(),
            FitChoice.AUTO,
            Answers.AUTOMATIC,
            BatchSize.of(2),
            ExistingOutput.KEEP),
        "Cannot score: --input "
            + directory.resolve("model")
            + "/../model: it is a model (the images to score belong there; a model is named with"
            + " --model)");
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
    for (InputFormat named : Arrays.asList(null, RowFormat.TABLE, InputFormats.FOLDER)) {
      Optional<InputFormat> format = Optional.ofNullable(named);
      input = root;
      assertDelta(
          plan(format, ExistingOutput.KEEP),
          "--input " + root + ": it is a Delta table, which Convoy does not read yet");
      input = file;
      assertDelta(plan(format, ExistingOutput.KEEP), "it lies in the Delta table file:" + root);
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
                    ScoreColumns.of(Answers.AUTOMATIC, TestModels.LABELS)))
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
        .hasMessageContaining(place)
        .hasMessageContaining("spark-shell --packages io.delta:delta-spark_2.12:3.3.2 ");
  }

  @Test
  void aModelOfManyLabelsWritesTheMostProbable() {
    List<String> names = IntStream.range(0, 21_841).mapToObj(label -> "n" + label).toList();
    ModelStore.write(
        TestSpark.storage(),
        directory.resolve("model").toString(),
        TestModels.constant(
            TestModels.network(TestModels.GREY, names.size()),
            names,
            new Normalisation(List.of(0.5), List.of(0.5)),
            0));
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.notes().get(0)).startsWith("The model has 21,841 labels: the column top ");
    Row row = written("id").get(0);
    assertThat(row.schema().fieldNames())
        .containsExactly("id", "prediction", "predicted_label", "confidence", "top", "error");
    List<Row> top = row.getList(4);
    assertThat(top)
        .extracting(one -> one.getInt(0))
        .isEqualTo(IntStream.range(0, 10).boxed().toList());
    assertThat(top)
        .allSatisfy(
            one -> assertThat((double) one.getFloat(2)).isCloseTo(1 / 21_841.0, within(1e-9)));
  }

  @Test
  void aTableWithoutRowsGivesNone() {
    table(TABLE);
    assertThat(score(plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP)).rows()).isZero();
    assertThat(written("customer")).isEmpty();
  }

  @Test
  void aSplitOfADatasetIsScoredWithIdAndLabel() {
    TestDatasets.Images images =
        new TestDatasets.Images(2, new byte[][] {BLACK, WHITE, WHITE}, new int[] {0, 1, 0});
    images.write(directory.resolve("raw"), "train");
    images.write(directory.resolve("raw"), "t10k");
    TestDatasets.prepare(directory.resolve("raw"), input);
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(3);
    List<Row> rows = written("id");
    assertThat(rows)
        .extracting(row -> row.getAs("id") + " " + row.getAs("label"))
        .containsExactly("t10k/0 0", "t10k/1 1", "t10k/2 0");
    assertScored(rows.get(0), 0, SURE);
    assertScored(rows.get(1), 1, SURE);
    assertScored(rows.get(2), 1, SURE);
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
        "  column Prediction: Convoy writes a column of this name (leave it out with --keys)",
        "  column error: Convoy writes a column of this name (leave it out with --keys)");
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
  void anImageColumnThatIsNotBinaryIsRefused() {
    table(new StructType().add("image", DataTypes.StringType), RowFactory.create("cat.png"));
    refused(
        plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": --image-column image: must be binary, and is string (name a column that holds PNG"
            + " or JPEG files, or pixels)");
  }

  @Test
  void aStructOfBytesAndPathIsRefusedWithTheRemedy() {
    StructType file =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    table(
        new StructType().add("image", file),
        RowFactory.create(RowFactory.create(WHITE, "white.png")));
    refused(
        plan(Optional.of(RowFormat.TABLE), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": --image-column image: must be binary, and is struct<bytes:binary,path:string>"
            + " (write its field bytes as a column of its own, and name that)");
  }

  @Test
  void anExistingOutputIsRefusedAndKept() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    TestDatasets.put(output.resolve("precious.txt"), new byte[3]);
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP),
        "Cannot score: --output "
            + output
            + ": it exists (choose another --output, or replace it with --overwrite)");
    assertThat(output.resolve("precious.txt")).hasBinaryContent(new byte[3]);
    assertThat(output.toFile().list()).hasSize(1);
  }

  @Test
  void whatIsNoScoreIsNeverReplacedAndOldScoresStayUntilTheNewOnesAreWhole() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP));
    TestDatasets.put(input.resolve("b.png"), TestDatasets.png(2, 0, 0, 0, 0));
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE));
    assertThat(written("id")).hasSize(2);
    TestDatasets.put(output.resolve("docs/thesis.txt"), new byte[3]);
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": holds docs/thesis.txt, which is no score (choose another --output)");
    assertThat(output.resolve("docs/thesis.txt")).exists();
    assertThat(written("id")).hasSize(2);
  }

  @Test
  void anOutputThatWouldReplaceInputOrModelIsRefused() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    Path model = directory.resolve("model");
    output = input.resolve("scores");
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + input
            + " nor contain it (choose another --output)");
    output = directory;
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + input
            + " nor contain it (choose another --output)");
    output = model;
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + model
            + " nor contain it (choose another --output)");
    assertThat(input.resolve("a.png")).exists();
    assertThat(ModelStore.isModel(TestSpark.storage(), model.toString())).isTrue();
  }

  @Test
  void withoutAFitImagesArePaddedIntoAnOutputNamedLikeTheInput() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(4, 255, 255, 255, 255));
    output = directory.resolve(input.getFileName() + "-scores");
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP));
    float confidence = written("id").get(0).getAs("confidence");
    assertThat((double) confidence).isLessThan(0.9);
  }

  @Test
  void anAbsentInputIsRefused() {
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score: --input " + input + ": there is no such file or directory");
  }

  @Test
  void aFolderWithoutImagesIsRefused() {
    TestDatasets.put(input.resolve("notes.txt"), new byte[3]);
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": there is no PNG or JPEG file in it, and no Parquet file; files found: 1");
    assertThat(output).doesNotExist();
  }

  @Test
  void aPlanNeedsItsPaths() {
    assertThatThrownBy(
            () ->
                new ScorePlan(
                    "m",
                    " ",
                    "o",
                    Optional.empty(),
                    "",
                    "",
                    List.of(),
                    FitChoice.AUTO,
                    Answers.AUTOMATIC,
                    BatchSize.of(1),
                    ExistingOutput.KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid input: it must not be empty");
    assertThatThrownBy(
            () ->
                new ScorePlan(
                    "m",
                    "i",
                    "o",
                    Optional.empty(),
                    "",
                    "",
                    List.of(),
                    FitChoice.AUTO,
                    Answers.AUTOMATIC,
                    BatchSize.of(0),
                    ExistingOutput.KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid batch: 0 (must be at least 1)");
  }
}
