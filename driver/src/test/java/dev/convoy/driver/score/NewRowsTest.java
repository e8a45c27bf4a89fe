package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.ObjectStore;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.output.OutputFormat;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.score.output.WriteMode;
import dev.convoy.worker.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that are scored once by each model, however often and however roughly a job is run. */
@Tag("slow")
class NewRowsTest extends ScorerFixture {
  private static final int NIGHTS = 10;
  private static final StructType VISITS =
      new StructType().add("visit", DataTypes.LongType).add("image", DataTypes.BinaryType);

  private void visits(long from, long to) {
    List<Row> rows =
        LongStream.range(from, to)
            .mapToObj(visit -> RowFactory.create(visit, visit % 2 == 0 ? WHITE : BLACK))
            .toList();
    TestSpark.session()
        .createDataFrame(rows, VISITS)
        .coalesce(1)
        .write()
        .mode(SaveMode.Append)
        .parquet(input.toString());
  }

  private ScorePlan plan(RowChoice rows, WriteMode mode, String... keys) {
    return plan(target(output.toString(), mode), ResultSelection.ALL, rows, keys);
  }

  private static ScoreTarget target(String place, WriteMode mode) {
    return new ScoreTarget(
        ScoreTarget.Kind.PATH, place, Optional.empty(), mode, List.of(), OptionalLong.empty());
  }

  private ScoreReport scoreNew(String... keys) {
    return score(plan(RowChoice.NEW, WriteMode.APPEND, keys));
  }

  private List<Long> visits() {
    return written("visit").stream().map(row -> row.<Long>getAs("visit")).toList();
  }

  @Test
  void keptColumnsDoNotTellRowsApart() {
    StructType notes =
        new StructType()
            .add("note", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
            .add("visit", DataTypes.LongType)
            .add("image", DataTypes.BinaryType);
    ScorePlan plan = keeping(plan(RowChoice.NEW, WriteMode.APPEND, "visit"), "note");
    table(notes, RowFactory.create(Map.of("by", "a"), 1L, WHITE));
    score(plan);
    table(
        notes,
        RowFactory.create(Map.of("by", "b"), 1L, WHITE),
        RowFactory.create(Map.of("by", "c"), 2L, BLACK));
    assertThat(score(plan).already()).isEqualTo(1);
    List<Row> rows = written("visit");
    assertThat(rows)
        .extracting(row -> row.getJavaMap(1))
        .containsExactly(Map.of("by", "a"), Map.of("by", "c"));
    assertThat(rows.get(0).schema().fieldNames()).startsWith("visit", "note", "prediction");

    refused(
        keeping(plan(RowChoice.ALL, WriteMode.OVERWRITE), "note"),
        "Cannot score "
            + input
            + ": --keep: needs --keys (without it, all columns but the image are kept)");
    refused(
        keeping(plan(RowChoice.ALL, WriteMode.OVERWRITE, "visit"), "Visit", "remark"),
        "Cannot score " + input + ": 2 problems",
        "  --keep remark: the table has only the columns [note, visit, image]",
        "  --keep visit: is kept already (name each column once)");
  }

  private static List<Long> range(long to) {
    return LongStream.range(0, to).boxed().toList();
  }

  @Test
  void aRowIsScoredOnceByEachModel() {
    visits(0, 3);
    ScoreReport first = scoreNew();
    assertThat(first.rows()).isEqualTo(3);
    assertThat(first.already()).isZero();
    visits(3, 8);
    ScoreReport second = scoreNew();
    assertThat(second.rows()).isEqualTo(5);
    assertThat(second.already()).isEqualTo(3);
    ScoreReport third = scoreNew();
    assertThat(third.rows()).isZero();
    assertThat(third.already()).isEqualTo(8);
    assertThat(visits()).isEqualTo(range(8));
    for (Row row : written("visit")) {
      assertScored(row, row.<Long>getAs("visit") % 2 == 0 ? 1 : 0, SURE);
      assertThat(row.<String>getAs("model")).isEqualTo(first.modelSha256());
    }

    ModelStore.write(
        TestSpark.storage(),
        directory.resolve("model").toString(),
        TestModels.constant(
            TestModels.brightness().network(),
            TestModels.LABELS,
            TestModels.brightness().normalisation(),
            0));
    ScoreReport other = scoreNew();
    assertThat(other.rows()).isEqualTo(8);
    assertThat(other.modelSha256()).isNotEqualTo(first.modelSha256());
    assertThat(written("visit")).hasSize(16);
    visits(8, 9);
    assertThat(scoreNew().rows()).isEqualTo(1);

    ScoreReport again = score(plan(RowChoice.AGAIN, WriteMode.OVERWRITE));
    assertThat(again.rows()).isEqualTo(9);
    List<Row> all = written("visit");
    assertThat(all).hasSize(8 + 9);
    assertThat(all.stream().filter(row -> row.getAs("model").equals(first.modelSha256())))
        .extracting(row -> row.<Long>getAs("visit"))
        .containsExactlyElementsOf(range(8));
  }

  @Test
  void rescoringKeepsTheRowsThatAreNotInTheInput() {
    visits(0, 4);
    scoreNew();
    table(VISITS);
    visits(2, 6);
    ScoreReport again = score(plan(RowChoice.AGAIN, WriteMode.OVERWRITE));
    assertThat(again.rows()).isEqualTo(4);
    assertThat(visits()).isEqualTo(range(6));
  }

  @Test
  void timesInJsonAreKeysToTheMicrosecond() {
    TestSpark.session()
        .sql(
            "SELECT timestamp'2026-11-30 01:02:03.123456' AS time,"
                + " timestamp_ntz'2026-11-30 01:02:03.654321' AS day_time, X'FFFFFFFF' AS image")
        .write()
        .parquet(input.toString());
    ScoreTarget json =
        new ScoreTarget(
            ScoreTarget.Kind.PATH,
            output.toString(),
            Optional.of(OutputFormat.JSON),
            WriteMode.APPEND,
            List.of(),
            OptionalLong.empty());
    ScorePlan plan = plan(json, ResultSelection.ALL, RowChoice.NEW);
    assertThat(score(plan).rows()).isEqualTo(1);
    assertThat(score(plan).rows()).isZero();
  }

  @Test
  void aKeyMayBeNullAndIsScoredOnceToo() {
    visits(0, 2);
    TestSpark.session()
        .createDataFrame(List.of(RowFactory.create(null, WHITE)), VISITS)
        .write()
        .mode(SaveMode.Append)
        .parquet(input.toString());
    assertThat(scoreNew().rows()).isEqualTo(3);
    visits(2, 3);
    assertThat(scoreNew().rows()).isEqualTo(1);
    assertThat(written("visit")).extracting(row -> row.get(0)).containsExactly(null, 0L, 1L, 2L);
  }

  @Test
  void filesAreToldApartByPathLengthAndTime() throws IOException {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    TestDatasets.put(input.resolve("b.png"), TestDatasets.png(2, 0, 0, 0, 0));
    Files.setLastModifiedTime(input.resolve("b.png"), FileTime.fromMillis(1_000));
    assertThat(scoreNew().rows()).isEqualTo(2);
    assertThat(scoreNew().rows()).isZero();
    TestDatasets.put(input.resolve("b.png"), TestDatasets.png(2, 255, 255, 255, 255));
    Files.setLastModifiedTime(input.resolve("b.png"), FileTime.fromMillis(2_000));
    TestDatasets.put(input.resolve("sub/c.png"), TestDatasets.png(2, 255, 255, 255, 255));
    ScoreReport second = scoreNew();
    assertThat(second.rows()).isEqualTo(2);
    assertThat(second.already()).isEqualTo(1);
    assertThat(written("id"))
        .extracting(row -> row.getAs("id") + " " + row.getAs("predicted_label"))
        .containsExactlyInAnyOrder("a.png dark", "b.png dark", "b.png bright", "sub/c.png bright");
  }

  @Test
  void keysThatDoNotTellRowsApartAreNamed() {
    visits(0, 3);
    visits(1, 2);
    assertThatThrownBy(this::scoreNew)
        .hasMessage(
            "Cannot score new rows only: the keys visit do not tell all rows apart: visit 1 (2"
                + " rows) (name other columns with --keys)");
    assertThat(output).doesNotExist();
  }

  @Test
  void onlyTheFilesWithNewRowsAreRead() {
    visits(0, 3);
    scoreNew();
    visits(3, 5);
    ScorePlan plan = plan(RowChoice.NEW, WriteMode.APPEND);
    ScoreInput opened =
        ScoreInput.open(
            TestSpark.session(),
            TestSpark.storage(),
            plan,
            TestModels.brightness().network(),
            List.of());
    try (NewRows fresh =
        NewRows.of(opened.rows(), List.of("visit"), Optional.of(written().selectExpr("visit")))) {
      assertThat(fresh.rows().rows().inputFiles()).hasSize(2);
      assertThat(fresh.rows().rows().rdd().getNumPartitions()).isEqualTo(1);
      assertThat(fresh.count()).isEqualTo(2);
      assertThat(fresh.rows().rows().queryExecution().executedPlan().toString())
          .contains("GreaterThanOrEqual(visit,3)")
          .contains("LessThanOrEqual(visit,4)");
    }
  }

  private Dataset<Row> written() {
    return TestSpark.session().read().parquet(literal(output));
  }

  @Test
  void aDriverThatIsKilledAtAnyMomentLosesAndDoublesNoRow() {
    ObjectStore.configure(TestSpark.session().sparkContext().hadoopConfiguration());
    Storage store = ObjectStore.storage();
    String place = ObjectStore.path(directory.resolve("scores"));
    Scorer scorer = new Scorer(TestSpark.session(), store, WorkListener.SILENT);
    Random random = new Random(20);
    int killed = 0;
    ScorePlan plan = plan(target(place, WriteMode.APPEND), ResultSelection.ALL, RowChoice.NEW);
    for (int night = 1; night <= NIGHTS; night++) {
      visits(3L * (night - 1), 3L * night);
      int operation = random.nextInt(40);
      killed +=
          ObjectStore.disturb(
                  operation, ObjectStore.Disturbance.KILL_BEFORE, () -> scorer.run(plan))
              ? 1
              : 0;
      // The lease of a process that was killed ends with it; this process lives.
      store.delete(place + "/_writer");
      assertThat(visitsAt(store, place))
          .as("night %d, killed at operation %d", night, operation)
          .doesNotHaveDuplicates();
    }
    scorer.run(plan);
    assertThat(visitsAt(store, place)).isEqualTo(range(3L * NIGHTS));
    assertThat(store.names(place)).contains("_SUCCESS").noneMatch("_convoy"::equals);
    assertThat(killed).isGreaterThan(4);
  }

  private static List<Long> visitsAt(Storage store, String place) {
    if (!store.exists(place) || store.filesBelow(place).isEmpty()) {
      return List.of();
    }
    return TestSpark.session().read().parquet(place).select("visit").collectAsList().stream()
        .map(row -> row.getLong(0))
        .sorted()
        .toList();
  }
}
