package dev.convoy.driver.monitor;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.Suspects;
import dev.convoy.worker.replica.ExampleScores;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Records how each training example was scored in every epoch, and writes it at the end of the run:
 * all of it to {@code examples.parquet}, and the examples with the most suspicious labels to {@code
 * suspects.json}.
 */
final class ExampleLog implements TrainingListener {
  private static final StructType KEYS =
      new StructType()
          .add("label", DataTypes.IntegerType, false)
          .add("hash", DataTypes.LongType, false)
          .add("id", DataTypes.StringType, false);

  private static final StructType COLUMNS =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("label", DataTypes.StringType, false)
          .add("seen", DataTypes.IntegerType, false)
          .add("mean_loss", DataTypes.DoubleType)
          .add("forgotten", DataTypes.IntegerType, false)
          .add("recognised", DataTypes.BooleanType, false)
          .add("predicted", DataTypes.StringType);

  /** Number of examples that are shown, overall and of one label at most. */
  private static final int SHOWN = 48;

  private static final int LEAST_OF_A_LABEL = 4;

  private final SparkSession session;
  private final Storage storage;
  private final String run;
  private final ImageDataset data;
  private final ExampleCounts counts;
  private final int[] labels;
  private final long seed;
  private int epochs;

  /**
   * Prepares to record.
   *
   * @param run directory of the run
   */
  ExampleLog(SparkSession session, Storage storage, TrainPlan plan, ImageDataset data, String run) {
    this.session = session;
    this.storage = storage;
    this.run = run;
    this.data = data;
    this.seed = plan.seed();
    ShardPlan shards =
        new ShardPlan(plan.replicas(), data.manifest().count(Split.TRAIN), plan.seed());
    this.counts = new ExampleCounts(shards);
    this.labels = labels(data.manifest());
  }

  /** Returns the label of each position: the train split is sorted by label first. */
  private static int[] labels(Manifest manifest) {
    List<Long> ofLabel = manifest.counts().get(Split.TRAIN);
    return IntStream.range(0, ofLabel.size())
        .flatMap(label -> IntStream.generate(() -> label).limit(ofLabel.get(label)))
        .toArray();
  }

  @Override
  public void examplesScored(int epoch, int replica, ExampleScores scores) {
    counts.add(epoch, replica, scores, labels);
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    epochs++;
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    if (epochs == 0) {
      return; // Nothing was trained: the files of before are right.
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    JobDescription.within(
        spark.sc(),
        "scores of the training examples",
        () -> {
          Broadcast<ExampleCounts> broadcast = spark.broadcast(counts);
          try {
            JavaPairRDD<Row, Long> positions =
                sorted().zipWithIndex().persist(StorageLevel.MEMORY_AND_DISK());
            write(positions, broadcast);
            writeSuspects(positions);
            positions.unpersist(false);
          } finally {
            broadcast.destroy();
          }
          return null;
        });
  }

  /** Returns label, hash and id of the examples, sorted as shards are. */
  private JavaRDD<Row> sorted() {
    long ofRun = seed;
    JavaRDD<Row> keys =
        data.split(session, Split.TRAIN)
            .select("label", "id")
            .javaRDD()
            .map(
                row ->
                    RowFactory.create(
                        row.getInt(0), ShardPlan.hash(ofRun, row.getString(1)), row.getString(1)));
    return session.createDataFrame(keys, KEYS).orderBy("label", "hash", "id").javaRDD();
  }

  private void write(JavaPairRDD<Row, Long> positions, Broadcast<ExampleCounts> broadcast) {
    List<String> names = List.copyOf(data.manifest().labels());
    JavaRDD<Row> rows =
        positions.map(
            pair -> {
              ExampleCounts all = broadcast.value();
              int position = Math.toIntExact(pair._2());
              boolean seen = all.seen(position) > 0;
              return RowFactory.create(
                  pair._1().getString(2),
                  names.get(pair._1().getInt(0)),
                  all.seen(position),
                  seen ? all.meanLoss(position) : null,
                  all.forgotten(position),
                  all.isRecognised(position),
                  seen ? names.get(all.predicted(position)) : null);
            });
    session
        .createDataFrame(rows, COLUMNS)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(Storage.join(run, RunDirectory.EXAMPLES));
  }

  private void writeSuspects(JavaPairRDD<Row, Long> positions) {
    Map<Integer, String> ids = new HashMap<>();
    List<Integer> chosen = chosen();
    Map<Long, Integer> wanted = new HashMap<>();
    chosen.forEach(position -> wanted.put((long) position, position));
    positions
        .filter(pair -> wanted.containsKey(pair._2()))
        .collect()
        .forEach(pair -> ids.put(wanted.get(pair._2()), pair._1().getString(2)));
    Map<String, byte[]> images = new HashMap<>();
    data.split(session, Split.TRAIN)
        .select("id", "image")
        .where(col("id").isInCollection(ids.values()))
        .collectAsList()
        .forEach(row -> images.put(row.getString(0), row.getAs(1)));
    List<Suspects.Suspect> suspects = new ArrayList<>();
    for (int position : chosen) {
      String id = ids.get(position);
      suspects.add(
          new Suspects.Suspect(
              id,
              labels[position],
              counts.predicted(position),
              counts.meanLoss(position),
              counts.forgotten(position),
              images.get(id)));
    }
    new Suspects(epochs, data.manifest().labels(), data.manifest().shape(), suspects)
        .write(storage, run);
  }

  /**
   * Returns the positions of the examples with the highest mean loss, of which no label has more
   * than a fair share.
   */
  private List<Integer> chosen() {
    int names = data.manifest().labels().size();
    int most = Math.max(LEAST_OF_A_LABEL, 2 * SHOWN / names);
    int[] taken = new int[names];
    List<Integer> chosen = new ArrayList<>();
    IntStream.range(0, counts.examples())
        .filter(position -> counts.seen(position) > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(position -> -counts.meanLoss(position)))
        .forEachOrdered(
            position -> {
              int label = labels[position];
              if (chosen.size() < SHOWN && taken[label] < most) {
                taken[label]++;
                chosen.add(position);
              }
            });
    return chosen;
  }
}
