package dev.convoy.driver.train.rounds;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.RoundsPlan;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.RateSweep;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Runs the rounds of a run: sends the parameters out, trains on every shard, and averages the
 * results.
 *
 * <p>A round computes a new {@link RunState} from the previous one. Only Spark's objects are kept
 * between rounds.
 */
public final class Rounds implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Rounds.class.getName());
  private static final double NANOS = 1e9;

  private final JavaSparkContext spark;
  private final JavaRDD<ShardBlock> shards;
  private final Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan;
  private final Averaging averaging;
  private final ShardPlan shardPlan;
  private final RoundsPlan plan;
  private final RoundPlanner planner;
  private final Optional<Reduction> reduction;
  private final int slots;
  private final RoundsWay.Choice way;
  private boolean keepsTasks;
  private Optional<ExecutorRounds> executorRounds = Optional.empty();
  private Optional<InProcessRounds> tasks = Optional.empty();

  /**
   * Creates the rounds of a run.
   *
   * @param size of a replica's result
   */
  public Rounds(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      ReplicaPlan replicaPlan,
      RoundsPlan plan,
      CollectLimit.Size size) {
    this(spark, shards, replicaPlan, plan, size, false);
  }

  /**
   * Creates the rounds of a run.
   *
   * @param size of a replica's result
   * @param reportsDivergence whether some rounds of each epoch, the last one among them, compute
   *     the divergence of the replicas even if the period does not depend on it
   */
  public Rounds(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      ReplicaPlan replicaPlan,
      RoundsPlan plan,
      CollectLimit.Size size,
      boolean reportsDivergence) {
    RoundsWay.Choice chosen = RoundsWay.choose(spark, plan.averaging().overlap());
    this.spark = spark;
    this.shards = shards;
    this.replicaPlan = JavaSerialized.broadcast(spark, replicaPlan);
    this.averaging = new Averaging(plan.averaging(), replicaPlan);
    this.shardPlan = replicaPlan.shards();
    this.plan = plan;
    this.planner = new RoundPlanner(plan, shardPlan.stepsPerEpoch(plan.batch()), reportsDivergence);
    boolean collects = CollectLimit.of(spark).allows(plan.replicas(), size);
    this.reduction =
        collects
            ? Optional.empty()
            : Optional.of(new Reduction(size.parameters(), size.updaterState()));
    this.slots = TaskSlots.inThisProcess(spark.getConf());
    boolean exchanges =
        chosen.tasks()
            && (!spark.sc().isLocal()
                || RoundsWay.isApart(spark)
                || plan.averaging().overlap() > 0);
    this.keepsTasks = chosen.tasks() && !exchanges && collects && slots > 0;
    this.way =
        chosen.tasks() && !exchanges && !keepsTasks
            ? new RoundsWay.Choice(
                false, "a Spark job for each, because their results exceed engine.collectLimit")
            : chosen;
    if (exchanges) {
      ExchangePlan exchange =
          new ExchangePlan(
              plan.replicas(),
              size.parameters(),
              size.updaterState(),
              plan.averaging().outerStep(),
              plan.averaging().returned(),
              plan.averaging().overlap() > 0);
      this.executorRounds =
          Optional.of(new ExecutorRounds(spark, shards, this.replicaPlan, exchange, this::warmUp));
    }
  }

  /** How the rounds are carried out, and why. */
  public RoundsWay.Choice way() {
    return way;
  }

  /** Global steps of an epoch. */
  public long stepsPerEpoch() {
    return planner.stepsPerEpoch();
  }

  /** The plans of the rounds. */
  public RoundPlanner planner() {
    return planner;
  }

  /** Examples that all replicas see in an epoch. */
  public long examplesPerEpoch() {
    return shardPlan.examples();
  }

  /**
   * Packs the shards and builds the networks before the first round.
   *
   * @return the result of each replica's warm-up
   */
  public List<ReplicaTasks.Ready> warmUp() {
    return warmUp(false);
  }

  /**
   * Packs the shards and builds the networks before the first round.
   *
   * @param tries whether each replica tries how fast it trains, for half a second
   * @return the result of each replica's warm-up
   */
  public List<ReplicaTasks.Ready> warmUp(boolean tries) {
    return described(
        "packing the shards",
        () ->
            JavaSerialized.collect(
                shards.mapPartitionsWithIndex(new ReplicaTasks.WarmUp(replicaPlan, tries), true)));
  }

  /** Takes a sweep of learning rates around a planned one, which has no effect on the run. */
  public RateSweep sweep(double planned) {
    return described(
            "sweep of learning rates",
            () ->
                JavaSerialized.collect(
                    shards.mapPartitionsWithIndex(
                        new ReplicaTasks.Sweep(replicaPlan, planned), true)))
        .get(0);
  }

  private static String describe(Progress progress) {
    return "epoch " + (progress.epoch() + 1) + ", round " + (progress.round() + 1);
  }

  private <T> T described(String jobs, Supplier<T> work) {
    return JobDescription.within(spark.sc(), jobs, work);
  }

  /** The metrics of a round and the state after it. */
  public record Done(RunState state, RoundMetrics metrics, List<RoundResult> results) {}

  /**
   * Trains one round.
   *
   * @param state before the round, with steps of its epoch left
   * @throws DivergedException if a loss or parameter is not finite
   */
  public Done next(RunState state) {
    long start = System.nanoTime();
    Progress progress = state.progress();
    Optional<Done> done = runOnExecutors(state, start);
    if (done.isPresent()) {
      return done.get();
    }
    RoundPlan round = planner.next(progress);
    Averaging.Combined combined = run(state, round);
    long trained = System.nanoTime();
    return done(
        state,
        round,
        combined.replicas(),
        averaging.average(combined, state, round),
        new Timing(start, trained));
  }

  /** Times in nanoseconds: the start of a round, and the moment when its results were there. */
  private record Timing(long start, long trained) {}

  private Optional<Done> runOnExecutors(RunState state, long start) {
    RoundPlan exchanged = planner.nextExchange(state.progress());
    Optional<ExecutorRounds.Round> round =
        executorRounds.flatMap(
            executors ->
                described(
                    describe(state.progress()) + " and those after it",
                    () ->
                        executors.run(
                            state.vectors(),
                            exchanged,
                            outcome -> Averaging.check(outcome, state.progress()))));
    if (round.isEmpty()) {
      stopExecutorRounds();
      return Optional.empty();
    }
    Averaging.Averaged averaged = Averaging.averaged(round.get());
    Timing timing = new Timing(start, System.nanoTime());
    return Optional.of(done(state, exchanged, round.get().outcome().results(), averaged, timing));
  }

  private void stopExecutorRounds() {
    if (executorRounds.isPresent()) {
      if (plan.averaging().overlap() > 0) {
        throw new JobFailedException(
            "Other jobs of this application hold the task slots, and train.overlap = "
                + plan.averaging().overlap()
                + " needs one for every task at once (end those jobs and run the same command again,"
                + " which continues)");
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Other jobs of this application hold the task slots, so every round is a Spark job from"
              + " now on, which is slower");
      executorRounds.get().close();
      executorRounds = Optional.empty();
    }
  }

  private Done done(
      RunState state,
      RoundPlan round,
      List<RoundResult> results,
      Averaging.Averaged averaged,
      Timing timing) {
    Progress progress = state.progress();
    long compute = results.stream().mapToLong(RoundResult::computeNanos).max().orElse(0);
    RoundMetrics metrics =
        new RoundMetrics(
            progress.epoch() + 1,
            progress.round() + 1,
            round.steps(),
            averaged.examples(),
            results.stream().mapToLong(RoundResult::bytes).sum(),
            averaged.loss(),
            round.learningRate(round.steps() - 1),
            ReplicaMetrics.of(results),
            round.needsDivergence()
                ? OptionalDouble.of(averaged.divergence())
                : OptionalDouble.empty(),
            compute / NANOS,
            Math.max(0, timing.trained - timing.start - compute) / NANOS,
            (System.nanoTime() - timing.trained) / NANOS);
    return new Done(state.after(metrics, averaged, plan.averaging()), metrics, results);
  }

  /**
   * Returns the parameters of the finished model, with the statistics of batch normalisation that
   * belong to them.
   *
   * @param end final state of the run, whose own parameters are returned unless the plan chooses
   *     others
   * @throws DivergedException if a statistic is not finite
   */
  public float[] returned(RunState end) {
    AveragingPlan averagingPlan = plan.averaging();
    float[] parameters = end.returned(averagingPlan.returned());
    boolean recomputes =
        averagingPlan.returned().kind().isMean()
            || averagingPlan.batchNorm() == AveragingPlan.BatchNorm.RECOMPUTE;
    return recomputes && !averaging.statistics().isEmpty()
        ? withExactStatistics(parameters, end.progress())
        : parameters;
  }

  private float[] withExactStatistics(float[] parameters, Progress trained) {
    freeSlots();
    List<PooledVariances.Statistics> statistics = averaging.statistics();
    Broadcast<JavaSerialized<ReplicaTasks.StatisticsInput>> statisticsInput =
        JavaSerialized.broadcast(
            spark, new ReplicaTasks.StatisticsInput(parameters, statistics, trained.epoch()));
    try {
      PooledVariances moments = new PooledVariances(statistics);
      described(
              "statistics of batch normalisation",
              () ->
                  JavaSerialized.collect(
                      shards.mapPartitionsWithIndex(
                          new ReplicaTasks.MeasureShard(replicaPlan, statisticsInput), true)))
          .forEach(moments::addAll);
      float[] exact = parameters.clone();
      moments.writeMomentsTo(exact);
      if (WeightedMean.firstNotFinite(exact) >= 0) {
        throw new DivergedException("a statistic of batch norm", trained);
      }
      return exact;
    } finally {
      statisticsInput.destroy();
    }
  }

  private Averaging.Combined run(RunState state, RoundPlan round) {
    Optional<List<RoundResult>> results = runInKeptTasks(state, round);
    if (results.isPresent()) {
      return averaging.combine(results.get(), state, round.needsDivergence());
    }
    Broadcast<JavaSerialized<RoundPlan>> broadcast =
        JavaSerialized.broadcast(spark, withVectors(round, state));
    try {
      return run(broadcast, state, round.needsDivergence());
    } finally {
      broadcast.destroy();
    }
  }

  private Averaging.Combined run(
      Broadcast<JavaSerialized<RoundPlan>> roundPlan, RunState state, boolean withDivergence) {
    return described(
        describe(state.progress()),
        () ->
            reduction.isPresent()
                ? reduction.get().run(shards, replicaPlan, roundPlan)
                : averaging.combine(
                    JavaSerialized.collect(
                        shards.mapPartitionsWithIndex(
                            new ReplicaTasks.TrainShard(replicaPlan, roundPlan), true)),
                    state,
                    withDivergence));
  }

  /**
   * Runs a round in tasks that are kept from round to round; returns empty if these are not
   * possible.
   */
  private Optional<List<RoundResult>> runInKeptTasks(RunState state, RoundPlan round) {
    while (keepsTasks) {
      if (tasks.isEmpty()) {
        tasks =
            described(
                describe(state.progress()) + " and those after it",
                () -> InProcessRounds.open(shards, replicaPlan, slots));
        keepsTasks = tasks.isPresent();
      }
      Optional<List<RoundResult>> results =
          tasks.flatMap(kept -> kept.run(withVectors(round, state)));
      if (results.isPresent()) {
        return results;
      }
      freeSlots();
    }
    return Optional.empty();
  }

  /** Ends the kept tasks, for a job that needs their slots; the next round starts new ones. */
  public void freeSlots() {
    executorRounds.ifPresent(ExecutorRounds::freeSlots);
    Optional<InProcessRounds> ending = tasks;
    tasks = Optional.empty();
    ending.ifPresent(InProcessRounds::close);
  }

  private static RoundPlan withVectors(RoundPlan round, RunState state) {
    return round.withVectors(state.parameters(), state.updaterState());
  }

  @Override
  public void close() {
    try {
      executorRounds.ifPresent(ExecutorRounds::close);
      freeSlots();
    } finally {
      replicaPlan.destroy();
    }
  }
}
