package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.RoundsPlan;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.InProcess;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * One round: send the parameters out, train every shard, average what comes back.
 *
 * <p>Nothing is kept from round to round but what Spark holds for them: a round makes a state of a
 * state.
 */
public final class Rounds implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final JavaSparkContext spark;
  private final JavaRDD<ShardBlock> shards;
  private final Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan;
  private final Averaging averaging;
  private final ShardPlan shardPlan;
  private final RoundsPlan plan;
  private final long stepsPerEpoch;
  private final Optional<Reduction> reduction;
  private final int slots;
  private boolean tasksStay;
  private Optional<InProcessRounds> tasks = Optional.empty();

  /**
   * The rounds of a run.
   *
   * @param size of what a replica sends
   */
  public Rounds(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      ReplicaPlan replicaPlan,
      RoundsPlan plan,
      CollectLimit.Size size) {
    this.spark = spark;
    this.shards = shards;
    this.replicaPlan = JavaSerialized.broadcast(spark, replicaPlan);
    this.averaging = new Averaging(plan.averaging(), replicaPlan.answer());
    this.shardPlan = replicaPlan.shards();
    this.plan = plan;
    this.stepsPerEpoch = shardPlan.stepsPerEpoch(plan.batch());
    boolean collects = CollectLimit.of(spark).allows(plan.replicas(), size);
    this.reduction =
        collects
            ? Optional.empty()
            : Optional.of(new Reduction(size.parameters(), size.updaterState()));
    this.slots = TaskSlots.inThisProcess(spark.getConf());
    this.tasksStay = collects && slots > 0;
  }

  /** Global steps of an epoch. */
  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Examples that all replicas see in an epoch. */
  public long examplesPerEpoch() {
    return shardPlan.examples();
  }

  /**
   * Packs the shards and builds networks, so that the first round is a round like every other.
   *
   * @return each shard that is ready
   */
  public List<ReplicaTasks.Ready> warmUp() {
    return described(
        "packing the shards",
        () -> JavaSerialized.collect(shards.mapPartitions(new ReplicaTasks.WarmUp(replicaPlan))));
  }

  private static String place(Progress at) {
    return "epoch " + (at.epoch() + 1) + ", round " + (at.round() + 1);
  }

  private <T> T described(String jobs, Supplier<T> work) {
    return JobDescription.within(spark.sc(), jobs, work);
  }

  /** A round and the state that it has led to. */
  public record Done(RunState state, RoundMetrics metrics) {}

  /**
   * Trains one round.
   *
   * @param state with steps of its epoch before it
   * @throws DivergedException if a loss or parameter is not finite
   */
  public Done next(RunState state) {
    long start = System.nanoTime();
    Progress at = state.progress();
    List<Double> rates = rates(at);
    int steps = rates.size();
    Averaging.Combined combined = run(state, rates);
    long trained = System.nanoTime();
    List<RoundResult> results = combined.replicas();
    Averaging.Averaged averaged = averaging.of(combined, state);
    long compute = results.stream().mapToLong(RoundResult::computeNanos).max().orElse(0);
    RoundMetrics metrics =
        new RoundMetrics(
            at.epoch() + 1,
            at.round() + 1,
            steps,
            averaged.examples(),
            results.stream().mapToLong(RoundResult::bytes).sum(),
            averaged.loss(),
            rates.get(steps - 1),
            compute / NANOS,
            Math.max(0, trained - start - compute) / NANOS,
            (System.nanoTime() - trained) / NANOS);
    return new Done(state.after(metrics, averaged, plan.averaging()), metrics);
  }

  /**
   * The parameters that a run gives back, with the statistics of batch normalisation that belong to
   * them.
   *
   * @param end of the run; its own parameters are given back where nothing else is asked for
   * @throws DivergedException if a statistic is not finite
   */
  public float[] returned(RunState end) {
    AveragingPlan how = plan.averaging();
    float[] parameters = end.returned(how.returned());
    boolean measures =
        how.returned().kind().isMean() || how.batchNorm() == AveragingPlan.BatchNorm.RECOMPUTE;
    return measures && !averaging.statistics().isEmpty()
        ? withExactStatistics(parameters, end.progress())
        : parameters;
  }

  private float[] withExactStatistics(float[] parameters, Progress trained) {
    freeSlots();
    List<PooledVariances.Statistics> statistics = averaging.statistics();
    Broadcast<JavaSerialized<ReplicaTasks.Measuring>> measuring =
        JavaSerialized.broadcast(
            spark, new ReplicaTasks.Measuring(parameters, statistics, trained.epoch()));
    try {
      PooledVariances moments = new PooledVariances(statistics);
      described(
              "statistics of batch normalisation",
              () ->
                  JavaSerialized.collect(
                      shards.mapPartitionsWithIndex(
                          new ReplicaTasks.MeasureShard(replicaPlan, measuring), true)))
          .forEach(moments::addAll);
      float[] exact = parameters.clone();
      moments.writeMomentsTo(exact);
      if (WeightedMean.firstNotFinite(exact) >= 0) {
        throw new DivergedException("a statistic of batch norm", trained);
      }
      return exact;
    } finally {
      measuring.destroy();
    }
  }

  /** The learning rates of the steps of the next round. */
  private List<Double> rates(Progress at) {
    long globalStep = at.epoch() * stepsPerEpoch + at.step();
    long total = stepsPerEpoch * plan.epochs();
    long warm = Math.max(globalStep, plan.schedule().warmup(stepsPerEpoch, plan.epochs()));
    int wanted = plan.averaging().period().steps(globalStep, total, rate(warm, at), at.period());
    long steps = Math.min(wanted, stepsPerEpoch - at.step());
    return LongStream.range(globalStep, globalStep + steps)
        .mapToObj(step -> rate(step, at))
        .toList();
  }

  private double rate(long globalStep, Progress at) {
    return at.rateFactor() * plan.schedule().at(globalStep, stepsPerEpoch, plan.epochs());
  }

  private Averaging.Combined run(RunState state, List<Double> rates) {
    Optional<List<RoundResult>> results = runInTasksThatStay(state, rates);
    if (results.isPresent()) {
      return averaging.combine(results.get(), state);
    }
    if (spark.sc().isLocal()) {
      try (InProcess meeting = InProcess.open()) {
        RoundPlan roundPlan = plan(state, rates, Optional.of(meeting));
        return run(new ReplicaTasks.WithTheTask(roundPlan), state);
      }
    }
    Broadcast<JavaSerialized<RoundPlan>> broadcast =
        JavaSerialized.broadcast(spark, plan(state, rates, Optional.empty()));
    try {
      return run(new ReplicaTasks.ByBroadcast(broadcast), state);
    } finally {
      broadcast.destroy();
    }
  }

  private Averaging.Combined run(ReplicaTasks.SentPlan sent, RunState state) {
    boolean withDivergence = plan.averaging().period().needsDivergence();
    return described(
        place(state.progress()),
        () ->
            reduction.isPresent()
                ? reduction.get().run(shards, replicaPlan, sent, withDivergence)
                : averaging.combine(
                    JavaSerialized.collect(
                        shards.mapPartitionsWithIndex(
                            new ReplicaTasks.TrainShard(replicaPlan, sent), true)),
                    state));
  }

  /** The results of a round in tasks that stay, if they can. */
  private Optional<List<RoundResult>> runInTasksThatStay(RunState state, List<Double> rates) {
    while (tasksStay) {
      if (tasks.isEmpty()) {
        tasks =
            described(
                place(state.progress()) + " and those after it",
                () -> InProcessRounds.open(shards, replicaPlan, slots));
        tasksStay = tasks.isPresent();
      }
      Optional<List<RoundResult>> results =
          tasks.flatMap(staying -> staying.run(plan(state, rates, Optional.empty())));
      if (results.isPresent()) {
        return results;
      }
      freeSlots();
    }
    return Optional.empty();
  }

  /** Ends the tasks that stay, for a job that needs their slots; the next round starts others. */
  public void freeSlots() {
    Optional<InProcessRounds> ending = tasks;
    tasks = Optional.empty();
    ending.ifPresent(InProcessRounds::close);
  }

  private static RoundPlan plan(RunState state, List<Double> rates, Optional<InProcess> meeting) {
    Progress at = state.progress();
    return new RoundPlan(
        at.epoch(),
        at.round(),
        at.step(),
        at.iteration(),
        rates,
        state.parameters(),
        state.updaterState(),
        meeting);
  }

  @Override
  public void close() {
    try {
      freeSlots();
    } finally {
      replicaPlan.destroy();
    }
  }
}
