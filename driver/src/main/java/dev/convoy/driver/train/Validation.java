package dev.convoy.driver.train;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPacker;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.JobDescription;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.Confusion;
import dev.convoy.worker.scoring.ScoreDetails;
import dev.convoy.worker.scoring.ScoredSplit;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** The validation split in packed shards, on which parameters are scored. */
final class Validation implements AutoCloseable {
  private final JavaSparkContext spark;
  private final JavaRDD<ShardBlock> shards;
  private final NetworkSpec spec;
  private final int labels;
  private final ImageShape shape;
  private final int batch;
  private final boolean withDetails;

  private Validation(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      NetworkSpec spec,
      int labels,
      ImageShape shape,
      int batch,
      boolean withDetails) {
    this.withDetails = withDetails;
    this.spark = spark;
    this.shards = shards;
    this.spec = spec;
    this.labels = labels;
    this.shape = shape;
    this.batch = batch;
  }

  /**
   * Packs the validation split of a dataset; returns empty if it has none.
   *
   * @param withDetails whether scores have their details
   */
  static Optional<Validation> open(
      SparkSession session,
      ImageDataset data,
      NetworkSpec spec,
      int batch,
      long seed,
      boolean withDetails) {
    long examples = data.manifest().count(Split.VALIDATION);
    if (examples == 0) {
      return Optional.empty();
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    ImageShape shape = data.manifest().shape();
    int parts = (int) Math.min(examples, spark.defaultParallelism());
    JavaRDD<ShardBlock> shards =
        JobDescription.within(
            spark.sc(),
            "order of the validation split",
            () ->
                ShardPacker.pack(
                    data.split(session, Split.VALIDATION),
                    new ShardPlan(parts, examples, seed),
                    shape.size()));
    return Optional.of(
        new Validation(
            spark, shards, spec, data.manifest().labels().size(), shape, batch, withDetails));
  }

  /** Scores parameters on the split. Partial sums are added in partition order. */
  ScoredSplit score(float[] parameters, String version) {
    Broadcast<ScoringModel> model = spark.broadcast(new ScoringModel(spec, version, parameters));
    try {
      List<ScoredSplit.Part> parts =
          JobDescription.within(
              spark.sc(),
              "validation of " + version,
              () ->
                  shards
                      .mapPartitions(new ScoreShard(model, labels, shape, batch, withDetails))
                      .collect());
      ScoredSplit sum = ScoredSplit.none(labels, withDetails);
      for (ScoredSplit.Part part : parts) {
        sum = sum.plus(part);
      }
      return sum;
    } finally {
      model.destroy();
    }
  }

  @Override
  public void close() {
    shards.unpersist(false);
  }

  private record ScoreShard(
      Broadcast<ScoringModel> model, int labels, ImageShape shape, int batch, boolean withDetails)
      implements FlatMapFunction<Iterator<ShardBlock>, ScoredSplit.Part> {
    @Override
    public Iterator<ScoredSplit.Part> call(Iterator<ShardBlock> blocks) {
      Shard shard = Shard.of(blocks, shape.size());
      BatchScorer scorer = new BatchScorer(model.value());
      Optional<ScoreDetails> details =
          withDetails ? Optional.of(new ScoreDetails(labels)) : Optional.empty();
      Confusion confusion = Confusion.score(scorer, shard, shape, labels, batch, details);
      return List.of(new ScoredSplit.Part(confusion, details.orElse(null))).iterator();
    }
  }
}
