package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.output.OutputFormat;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.score.output.WriteMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Outputs of other formats, with partitions, and outputs that rows are added to. */
@Tag("slow")
class ScoreTargetsTest extends ScorerFixture {
  private static final StructType VISITS =
      new StructType()
          .add("visit", DataTypes.LongType)
          .add("day", DataTypes.StringType)
          .add("image", DataTypes.BinaryType);

  private void visits(Row... rows) {
    table(VISITS, rows);
  }

  private ScoreTarget target(OutputFormat format, WriteMode mode, String... partitions) {
    return new ScoreTarget(
        ScoreTarget.Kind.PATH,
        output.toString(),
        Optional.ofNullable(format),
        mode,
        List.of(partitions),
        OptionalLong.empty());
  }

  private ScorePlan plan(ScoreTarget target, ResultSelection results) {
    return plan(target, results, RowChoice.ALL);
  }

  private List<String> scored(String format) {
    Dataset<Row> rows = TestSpark.session().read().format(format).load(literal(output));
    return rows
        .selectExpr("concat_ws(' ', visit, day, predicted_label)")
        .orderBy("visit")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void everyFormatOfFilesHasTheSameRows() {
    visits(RowFactory.create(1L, "mon", WHITE), RowFactory.create(2L, "tue", BLACK));
    for (OutputFormat format : List.of(OutputFormat.PARQUET, OutputFormat.ORC, OutputFormat.JSON)) {
      ScoreReport report = score(plan(target(format, WriteMode.OVERWRITE), ResultSelection.ALL));
      assertThat(report.format()).isEqualTo(format.key());
      assertThat(scored(format.key())).containsExactly("1 mon bright", "2 tue dark");
      assertThat(output.resolve("_SUCCESS")).exists();
      assertThat(output.resolve("_convoy")).doesNotExist();
    }
  }

  /** Names and reasons may have commas, quotes, spaces and line ends. */
  @Test
  void csvHasTheRowsThatWereScored() throws Exception {
    String name = " a \"b\", c\nd ";
    visits(RowFactory.create(1L, name, WHITE), RowFactory.create(2L, "tue", BLACK));
    score(plan(target(OutputFormat.CSV, WriteMode.CREATE), ResultSelection.ALL));
    visits(RowFactory.create(3L, "", "no image".getBytes(StandardCharsets.UTF_8)));
    score(plan(target(null, WriteMode.APPEND), ResultSelection.ALL));

    // As RFC 4180 says: quotes are doubled within quotes.
    String header = "visit,day,prediction,predicted_label,confidence,error,model\n";
    List<String> texts = csvFiles();
    assertThat(texts).hasSize(3).allMatch(text -> text.startsWith(header));
    assertThat(texts)
        .anyMatch(text -> text.startsWith(header + "1,\" a \"\"b\"\", c\nd \",1,bright,"))
        .anyMatch(text -> text.startsWith(header + "2,tue,0,dark,"))
        .anyMatch(text -> text.startsWith(header + "3,\"\",,,,"));
    refused(
        plan(
            target(OutputFormat.CSV, WriteMode.OVERWRITE),
            new ResultSelection(List.of("probabilities"), Map.of())),
        "Cannot score: --columns probabilities: must be one of prediction, predicted_label,"
            + " confidence, error, model");
  }

  private List<String> csvFiles() throws IOException {
    try (Stream<Path> files = Files.list(output)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".csv")).toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
  }

  @Test
  void rowsAreAddedAndPartitionsReplaced() {
    visits(RowFactory.create(1L, "mon", WHITE), RowFactory.create(2L, "tue", BLACK));
    score(plan(target(null, WriteMode.CREATE, "day"), ResultSelection.ALL));
    visits(RowFactory.create(3L, "tue", WHITE));
    ScoreReport added = score(plan(target(null, WriteMode.APPEND, "day"), ResultSelection.ALL));
    assertThat(scored("parquet")).containsExactly("1 mon bright", "2 tue dark", "3 tue bright");
    // Of 1 row all are bright, of the 2 before it half.
    assertThat(added.driftFromPrevious().distance()).isEqualTo(0.5);

    visits(RowFactory.create(4L, "tue", BLACK), RowFactory.create(5L, "wed", WHITE));
    score(plan(target(null, WriteMode.OVERWRITE_PARTITIONS, "day"), ResultSelection.ALL));
    assertThat(scored("parquet")).containsExactly("1 mon bright", "4 tue dark", "5 wed bright");
    assertThat(output.resolve("day=tue").toFile().list((dir, name) -> name.startsWith("part-")))
        .hasSize(1);

    visits(RowFactory.create(6L, "sun", BLACK));
    score(plan(target(null, WriteMode.OVERWRITE), ResultSelection.ALL));
    assertThat(scored("parquet")).containsExactly("6 sun dark");
    assertThat(output.resolve("day=mon")).doesNotExist();
    assertThat(output.resolve("day=sun")).as("the output keeps its partitions").isDirectory();
  }

  @Test
  void anOutputKeepsItsPartitionsOnlyIfTheNewRowsHaveTheirColumns() {
    visits(RowFactory.create(1L, "mon", WHITE));
    score(plan(target(null, WriteMode.CREATE, "prediction"), ResultSelection.ALL));
    refused(
        plan(
            target(null, WriteMode.OVERWRITE),
            new ResultSelection(List.of("confidence", "error"), Map.of())),
        "Cannot score: partitions of --output "
            + output
            + " prediction: the output has only the columns [visit, day, confidence, error] (name one of"
            + " them, or add it by --keep)");
    score(plan(target(null, WriteMode.OVERWRITE, "day"), ResultSelection.ALL));
    assertThat(output.resolve("day=mon")).isDirectory();
    assertThat(output.resolve("prediction=1")).doesNotExist();
  }

  @Test
  void anOutputInWhichAJobDidNotEndIsToldBeforeTheNextOneChangesIt() throws Exception {
    visits(RowFactory.create(1L, "mon", WHITE));
    ScorePlan plan = plan(target(null, WriteMode.CREATE), ResultSelection.ALL);
    score(plan);
    Path work = Files.createDirectories(output.resolve("_convoy"));
    String job = "job-00000000-0000-0000-0000-000000000000";
    Path staged = Files.createDirectories(work.resolve(job)).resolve("part-1.parquet");
    try (Stream<Path> files = Files.list(output)) {
      Files.copy(
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          staged);
    }
    Scorer scorer = new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT);
    ScorePlan more = plan(target(null, WriteMode.APPEND), ResultSelection.ALL);
    assertThat(scorer.preview(more).notes())
        .containsExactly(
            "An earlier scoring job did not end, and published no row. The next one deletes its"
                + " files.");
    Files.writeString(
        work.resolve("commit.json"),
        "{\"job\":\"" + job + "\",\"added\":[\"part-1.parquet\"],\"deleted\":[]}");
    assertThat(scorer.preview(more).notes())
        .containsExactly(
            "An earlier scoring job did not end while it published its rows. The next one first"
                + " puts its 1 files in their places, and the numbers above do not count their"
                + " rows.");
    refused(
        plan,
        "Cannot score: --output "
            + output
            + ": it exists, and an earlier scoring job did not end while it published its rows"
            + " there (--append, with or without --new-only, completes them first; --overwrite"
            + " replaces them)");
    score(more);
    assertThat(scored("parquet")).hasSize(3);
  }

  @Test
  void columnsAreChosenAndRenamedAndMustFitToThoseThatAreThere() {
    TestSpark.session()
        .createDataFrame(
            List.of(RowFactory.create("kept", WHITE)),
            new StructType()
                .add("prediction", DataTypes.StringType)
                .add("image", DataTypes.BinaryType))
        .write()
        .parquet(input.toString());
    ResultSelection renamed =
        new ResultSelection(List.of("prediction", "confidence"), Map.of("prediction", "number"));
    score(plan(target(null, WriteMode.CREATE), renamed));
    Row row = written("number").get(0);
    assertThat(row.schema().fieldNames()).containsExactly("prediction", "number", "confidence");
    assertThat(row.getString(0)).isEqualTo("kept");
    assertThat(row.getInt(1)).isEqualTo(1);

    String place = "Cannot score: 2 problems";
    refused(
        plan(
            target(null, WriteMode.APPEND),
            new ResultSelection(List.of("error", "confidence"), Map.of())),
        place,
        "  --output "
            + output
            + ": it has no column error (score into another output, replace it with --overwrite, or"
            + " choose columns with --keys and --columns)",
        "  --output "
            + output
            + ": it has a column number, and the new rows have none (choose columns with --keys and"
            + " --columns)");
    refused(
        plan(
            target(null, WriteMode.OVERWRITE),
            new ResultSelection(List.of("guess"), Map.of("surprise", "s"))),
        "Cannot score: 2 problems",
        "  --columns guess: must be one of prediction, predicted_label, confidence, probabilities,"
            + " error, model",
        "  --rename surprise=s: renames one of prediction, predicted_label, confidence,"
            + " probabilities, error, model");
    refused(
        plan(
            target(null, WriteMode.OVERWRITE),
            new ResultSelection(List.of("confidence"), Map.of("prediction", "number"))),
        "Cannot score: --rename prediction=number: is not written (add prediction to --columns, or"
            + " leave this out)");
    assertThat(written("number")).hasSize(1);
  }

  @Test
  void anOutputOfOtherPartitionsOrWithoutItsMarkerIsNotAddedTo() throws Exception {
    visits(RowFactory.create(1L, "mon", WHITE));
    score(plan(target(null, WriteMode.CREATE, "day"), ResultSelection.ALL));
    refused(
        plan(target(OutputFormat.ORC, WriteMode.APPEND), ResultSelection.ALL),
        "Cannot score: 2 problems",
        "  --output-format orc: " + output + " holds parquet files (leave it out)",
        "  --output " + output + ": it is partitioned by other columns (give --partition-by day)");
    Files.delete(output.resolve("_SUCCESS"));
    refused(
        plan(target(null, WriteMode.APPEND, "day"), ResultSelection.ALL),
        "Cannot score: --output "
            + output
            + ": has no file _SUCCESS, so it may not be complete (replace it with --overwrite, or"
            + " create that file if you know that it is)");
    assertThat(scored("parquet")).containsExactly("1 mon bright");
  }

  @Test
  void filesHaveAboutTheSizeThatIsAskedFor() {
    visits(
        IntStream.range(0, 120)
            .mapToObj(i -> RowFactory.create((long) i, "mon", WHITE))
            .toArray(Row[]::new));
    ScorePlan many = plan(target(null, WriteMode.OVERWRITE), ResultSelection.ALL);
    score(many);
    ScoreTarget large =
        new ScoreTarget(
            ScoreTarget.Kind.PATH,
            output.toString(),
            Optional.empty(),
            WriteMode.OVERWRITE,
            List.of(),
            OptionalLong.of(1 << 20));
    score(plan(large, ResultSelection.ALL));
    assertThat(output.toFile().list((dir, name) -> name.endsWith(".parquet"))).hasSize(1);
    assertThat(written("visit")).hasSize(120);
    ScoreTarget small =
        new ScoreTarget(
            ScoreTarget.Kind.PATH,
            output.toString(),
            Optional.empty(),
            WriteMode.OVERWRITE,
            List.of("day"),
            OptionalLong.of(2 << 10));
    score(plan(small, ResultSelection.ALL));
    assertThat(output.resolve("day=mon").toFile().list((dir, name) -> name.endsWith(".parquet")))
        .hasSizeBetween(3, 30);
    assertThat(written("visit")).hasSize(120);
  }

  @Test
  void partitionsThatCannotBeAreRefusedBeforeOrAfterScoring() {
    visits(RowFactory.create(1L, "", WHITE), RowFactory.create(2L, null, BLACK));
    refused(
        plan(target(null, WriteMode.CREATE, "Day", "probabilities"), ResultSelection.ALL),
        "Cannot score: 2 problems",
        "  --partition-by Day: the output has only the columns [visit, day, prediction,"
            + " predicted_label, confidence, probabilities, error, model] (name one of them, or add"
            + " it by --keep)",
        "  --partition-by probabilities: is of the type array<float>, of which no directory can be"
            + " named (choose a column of text, numbers or times)");
    refused(
        plan(
            target(null, WriteMode.CREATE),
            new ResultSelection(List.of(), Map.of("error", "confidence"))),
        "Cannot score: column confidence: the output would have two columns of this name (give one"
            + " of them another name with --rename)");
    assertThatThrownBy(
            () -> score(plan(target(null, WriteMode.CREATE, "day"), ResultSelection.ALL)))
        .isInstanceOf(JobFailedException.class)
        .hasMessage(
            "Cannot partition "
                + output
                + " by day: the value '' would be read as another one from the name of a directory"
                + " (nothing was published; choose other columns, or an output of Iceberg)");
    assertThat(output).doesNotExist();
    visits(RowFactory.create(1L, "a/b = 50 %", WHITE), RowFactory.create(2L, null, BLACK));
    score(plan(target(null, WriteMode.CREATE, "day"), ResultSelection.ALL));
    assertThat(scored("parquet")).containsExactly("1 a/b = 50 % bright", "2 dark");
  }

  @Test
  void aPartitionThatIsALinkAndAForeignFileBesideStagedOnesAreKept() throws IOException {
    visits(RowFactory.create(1L, "mon", WHITE));
    score(plan(target(null, WriteMode.CREATE, "day"), ResultSelection.ALL));
    Files.createDirectories(output.resolve("_convoy"));
    Files.writeString(output.resolve("_convoy/mine.txt"), "mine");
    score(plan(target(null, WriteMode.OVERWRITE, "day"), ResultSelection.ALL));
    assertThat(output.resolve("_convoy")).isDirectoryContaining("glob:**mine.txt");

    Path elsewhere = directory.resolve("elsewhere");
    Files.move(output.resolve("day=mon"), elsewhere);
    Files.createSymbolicLink(output.resolve("day=mon"), elsewhere);
    refused(
        plan(target(null, WriteMode.OVERWRITE, "day"), ResultSelection.ALL),
        "Cannot score: --output "
            + output
            + ": holds day=mon, which is a link to another directory (delete the link, or choose"
            + " another --output)");
    assertThat(elsewhere).isNotEmptyDirectory();
  }

  @Test
  void aTableThatIsNoScoresIsNotReplaced() {
    visits(RowFactory.create(1L, "mon", WHITE));
    TestSpark.session().read().parquet(literal(input)).write().parquet(output.toString());
    refused(
        plan(target(null, WriteMode.OVERWRITE), ResultSelection.ALL),
        "Cannot score: --output "
            + output
            + ": its rows are no scores, since they have only the columns [visit, day, image]"
            + " (choose another output)");
    assertThat(written("visit")).hasSize(1);
  }

  @Test
  void aPreviewTellsWhatWouldBeDoneAndDoesNothing() {
    visits(RowFactory.create(1L, "mon", WHITE), RowFactory.create(2L, "tue", null));
    ScorePreview preview =
        new Scorer(
                TestSpark.session(),
                TestSpark.storage(),
                dev.convoy.data.progress.WorkListener.SILENT)
            .preview(plan(target(OutputFormat.ORC, WriteMode.CREATE, "day"), ResultSelection.ALL));
    assertThat(preview.rows()).isEqualTo(2);
    assertThat(preview.format()).isEqualTo("orc");
    assertThat(preview.mode()).isEqualTo("create");
    assertThat(preview.columns().toString())
        .isEqualTo(
            "{visit=bigint, day=string, prediction=int, predicted_label=string, confidence=float,"
                + " probabilities=array<float>, error=string, model=string}");
    assertThat(output).doesNotExist();
  }
}
