package dev.convoy.driver.evaluate;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.report.LabelList;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.scoring.AcceptedSizes;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.Confusion;
import dev.convoy.worker.scoring.ScoringModel;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs a model over a split of a dataset, on all executors. */
public final class Evaluator {
  private final SparkSession session;
  private final BatchSize batch;
  private final ScoringPrecision precision;

  /**
   * Creates an evaluator.
   *
   * @param batch examples of a forward pass; reduced for images that are larger than those that the
   *     model was trained on
   * @param precision precision of forward passes
   */
  public Evaluator(SparkSession session, BatchSize batch, ScoringPrecision precision) {
    this.session = session;
    this.batch = batch;
    this.precision = precision;
  }

  /** Creates an evaluator that takes the precision from the model. */
  public Evaluator(SparkSession session, BatchSize batch) {
    this(session, batch, ScoringPrecision.AUTO);
  }

  /**
   * Evaluates a model on a split. Images of another size than in training are not resized; the
   * network must accept them.
   *
   * @throws InvalidRequestException if the network does not accept the dataset's images or has
   *     other labels, if the split is empty, or if it cannot score in the precision
   */
  public EvaluateReport run(Model model, ImageDataset data, Split split) {
    String job = "evaluate-" + UUID.randomUUID();
    Arithmetic arithmetic = precision.arithmetic(model);
    ScoringModel scoring =
        ScoringModel.of(model, job)
            .in(arithmetic)
            .withNativeThreads(TaskSlots.nativeThreads(session.sparkContext().conf()));
    AcceptedSizes sizes = new AcceptedSizes(scoring.network(), batch.on(scoring.network()));
    requireMatch(model, sizes, data);
    ImageShape shape = data.manifest().shape();
    Dataset<Row> rows = data.requireSplit(session, split);
    long started = System.nanoTime();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int slots = spark.defaultParallelism();
    JavaRDD<Row> examples = rows.select(col("label"), col("image")).javaRDD();
    if (examples.getNumPartitions() < slots) {
      examples = examples.repartition(slots);
    }
    Broadcast<ScoringModel> broadcast = spark.broadcast(scoring);
    try {
      int labels = model.labels().size();
      List<Confusion> parts =
          examples
              .mapPartitions(new EvaluateRows(broadcast, labels, shape, sizes.batch(shape)))
              .collect();
      Confusion sum = parts.stream().reduce(new Confusion(labels), Confusion::plus);
      double seconds = (System.nanoTime() - started) / 1e9;
      return EvaluateReport.of(split.key(), arithmetic.precision(), model.labels(), sum, seconds);
    } finally {
      broadcast.destroy();
      JobNetworks.release(spark, job);
    }
  }

  private static void requireMatch(Model model, AcceptedSizes sizes, ImageDataset data) {
    Problems problems = new Problems();
    sizes
        .refusalOfDataset(data.manifest().shape())
        .ifPresent(refusal -> problems.add("image shape", refusal));
    if (!model.labels().equals(data.manifest().labels())) {
      problems.add(
          "labels",
          "the model knows "
              + LabelList.of(model.labels())
              + " and the dataset has "
              + LabelList.of(data.manifest().labels()));
    }
    problems.refuseIfAny("Cannot evaluate the model on " + data.directory());
  }

  /** The task of one partition: rows in blocks, blocks in batches. */
  private record EvaluateRows(
      Broadcast<ScoringModel> model, int labels, ImageShape shape, int batch)
      implements FlatMapFunction<Iterator<Row>, Confusion> {
    @Override
    public Iterator<Confusion> call(Iterator<Row> rows) {
      BatchScorer scorer = new BatchScorer(model.value());
      Confusion sum = new Confusion(labels);
      Iterator<dev.convoy.data.dataset.ShardBlock> blocks =
          Shard.pack(new Examples(rows), shape.size());
      while (blocks.hasNext()) {
        Shard block = Shard.of(List.of(blocks.next()).iterator(), shape.size());
        sum = sum.plus(Confusion.score(scorer, block, shape, labels, batch));
      }
      return List.of(sum).iterator();
    }
  }

  private record Examples(Iterator<Row> rows) implements Iterator<Shard.PackedExample> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Shard.PackedExample next() {
      Row row = rows.next();
      return new Shard.PackedExample(row.getInt(0), row.getAs(1));
    }
  }
}
