package dev.convoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream of Parquet files with white images, and a damaged one in every file. */
@Tag("slow")
class ConvoyStreamTest {
  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.IntegerType).add("image", DataTypes.BinaryType);
  private static final int ROWS = 5;

  @TempDir Path directory;
  private String model;

  @BeforeEach
  void write() {
    model = directory.resolve("model").toString();
    ModelStore.write(TestSpark.storage(), model, TestModels.brightness());
  }

  private void arrive(int file) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] image = i == 3 ? new byte[] {1} : new byte[] {-1, -1, -1, -1};
      rows.add(RowFactory.create(file * ROWS + i, image));
    }
    TestSpark.session()
        .createDataFrame(rows, SCHEMA)
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(directory.resolve("in").toString());
  }

  private void replaceModel() {
    ModelStore.write(
        TestSpark.storage(),
        model,
        TestModels.renamed(TestModels.brightness(), List.of("night", "day")));
  }

  private Dataset<Row> stream() {
    return TestSpark.session()
        .readStream()
        .schema(SCHEMA)
        .option("maxFilesPerTrigger", 1)
        .parquet(directory.resolve("in").toString());
  }

  @Test
  void whatHasArrivedIsScoredOnceByEachRunAndNothingTwice()
      throws TimeoutException, StreamingQueryException {
    String out = directory.resolve("out").toString();
    arrive(0);
    arrive(1);
    for (int run = 0; run < 3; run++) {
      ConvoyModel.load(TestSpark.session(), model)
          .transform(stream())
          .select("id", "predictedLabel", "error")
          .writeStream()
          .trigger(Trigger.AvailableNow())
          .option("checkpointLocation", directory.resolve("checkpoint").toString())
          .format("parquet")
          .start(out)
          .awaitTermination();
      if (run == 0) {
        arrive(2);
      }
    }
    List<Row> rows = TestSpark.session().read().parquet(out).orderBy("id").collectAsList();
    assertThat(rows).hasSize(3 * ROWS);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).getInt(0)).isEqualTo(i);
      assertThat(rows.get(i).isNullAt(2)).isEqualTo(i % ROWS != 3);
      assertThat(rows.get(i).getString(1)).isEqualTo(i % ROWS != 3 ? "bright" : null);
    }
  }

  @Test
  void functionsOfSqlTakeUpAReplacedModelAtTheNextBatch() throws Exception {
    arrive(0);
    stream().createOrReplaceTempView("arriving");
    StreamingQuery query =
        TestSpark.session()
            .sql("SELECT id, convoy_predict(image, '" + model + "') p FROM arriving")
            .writeStream()
            .format("memory")
            .queryName("scored_stream")
            .option("checkpointLocation", directory.resolve("checkpoint").toString())
            .start();
    try {
      query.processAllAvailable();
      replaceModel();
      arrive(1);
      query.processAllAvailable();
    } finally {
      query.stop();
    }
    assertLabels(
        TestSpark.session()
            .sql("SELECT p.label FROM scored_stream WHERE p.error IS NULL ORDER BY id"));
  }

  @Test
  void aModelIsTakenUpAtTheNextBatchIfAsked() throws Exception {
    arrive(0);
    ConvoyModel loaded = ConvoyModel.load(TestSpark.session(), model);
    String out = directory.resolve("out").toString();
    VoidFunction2<Dataset<Row>, Long> batch =
        (rows, number) ->
            loaded
                .reload()
                .transform(rows)
                .filter("error is null")
                .select("id", "predictedLabel")
                .write()
                .mode("append")
                .parquet(out);
    StreamingQuery query =
        stream()
            .writeStream()
            .foreachBatch(batch)
            .option("checkpointLocation", directory.resolve("checkpoint").toString())
            .start();
    try {
      query.processAllAvailable();
      replaceModel();
      assertThat(loaded.labels()).containsExactly("dark", "bright");
      arrive(1);
      query.processAllAvailable();
    } finally {
      query.stop();
    }
    assertThat(loaded.labels()).containsExactly("night", "day");
    assertLabels(TestSpark.session().read().parquet(out).orderBy("id").select("predictedLabel"));
  }

  private static void assertLabels(Dataset<Row> rows) {
    assertThat(rows.collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("bright", "bright", "bright", "bright", "day", "day", "day", "day");
  }
}
