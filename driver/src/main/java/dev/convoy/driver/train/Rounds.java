package dev.convoy.driver.train;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.replica.InProcess;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * One round: send the parameters out, train every shard, average what comes back.
 *
 * <p>The state between rounds (parameters, updater state, steps taken) lives here, on the driver.
 * Results are combined in replica order, in double precision, weighted by examples: as their mean,
 * and the variances of batch norm as those of all examples together.
 */
final class Rounds implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final JavaSparkContext spark;
  private final JavaRDD<ShardBlock> shards;
  private final Broadcast<ReplicaPlan> replicaPlan;
  private final TrainPlan plan;
  private final List<PooledVariances.Statistics> statistics;
  private final long stepsPerEpoch;
  private float[] parameters;
  private float[] updaterState = new float[0];
  private long iteration;
  private int round;
  private boolean tasksStay;
  private Optional<InProcessRounds> tasks = Optional.empty();

  Rounds(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      ReplicaPlan replicaPlan,
      TrainPlan plan,
      List<TensorSpec> tensors,
      float[] parameters) {
    this.spark = spark;
    this.shards = shards;
    this.replicaPlan = spark.broadcast(replicaPlan);
    this.plan = plan;
    this.statistics = BatchNormStatistics.in(tensors);
    this.stepsPerEpoch = replicaPlan.shards().stepsPerEpoch(plan.batch());
    this.parameters = parameters;
    this.tasksStay = TaskSlots.inThisProcess(spark.getConf()) >= shards.getNumPartitions();
  }

  /** Rounds of an epoch; the last one may be shorter. */
  int roundsPerEpoch() {
    return Math.toIntExact((stepsPerEpoch + plan.averageEvery() - 1) / plan.averageEvery());
  }

  /**
   * Packs the shards and builds networks, so that the first round is a round like every other.
   *
   * @return the environments of the executors
   */
  Set<ExecutorEnvironment> warmUp() {
    return Set.copyOf(new HashSet<>(shards.mapPartitions(new WarmUp(replicaPlan)).collect()));
  }

  float[] parameters() {
    return parameters;
  }

  /**
   * Trains the next round of an epoch.
   *
   * @param epoch from 0
   * @param firstStep local steps of the epoch that lie behind
   * @throws DivergedException if a loss or parameter is not finite; the state stays as it was
   */
  RoundMetrics next(int epoch, int firstStep) {
    long start = System.nanoTime();
    int steps = (int) Math.min(plan.averageEvery(), stepsPerEpoch - firstStep);
    List<Double> rates = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      long globalStep = epoch * stepsPerEpoch + firstStep + step;
      rates.add(plan.schedule().at(globalStep, stepsPerEpoch, plan.epochs()));
    }
    List<RoundResult> results = run(epoch, firstStep, rates);
    long trained = System.nanoTime();

    long examples = results.stream().mapToLong(RoundResult::examples).sum();
    double lossSum = results.stream().mapToDouble(RoundResult::lossSum).sum();
    long compute = results.stream().mapToLong(RoundResult::computeNanos).max().orElse(0);
    results.forEach(result -> requireFiniteLoss(result, epoch));
    average(results, examples, epoch);
    iteration += steps;
    round++;
    return new RoundMetrics(
        epoch + 1,
        round,
        steps,
        examples,
        lossSum / examples,
        rates.get(steps - 1),
        compute / NANOS,
        Math.max(0, trained - start - compute) / NANOS,
        (System.nanoTime() - trained) / NANOS);
  }

  private List<RoundResult> run(int epoch, int firstStep, List<Double> rates) {
    Optional<InProcessRounds> staying = tasksThatStay();
    if (staying.isPresent()) {
      return staying.get().run(plan(epoch, firstStep, rates, Optional.empty()));
    }
    if (spark.sc().isLocal()) {
      try (InProcess meeting = InProcess.open()) {
        RoundPlan roundPlan = plan(epoch, firstStep, rates, Optional.of(meeting));
        return run(new WithTheTask(roundPlan));
      }
    }
    Broadcast<RoundPlan> broadcast =
        spark.broadcast(plan(epoch, firstStep, rates, Optional.empty()));
    try {
      return run(new ByBroadcast(broadcast));
    } finally {
      broadcast.destroy();
    }
  }

  /** The tasks of the rounds, if they can stay from one to the next. */
  private Optional<InProcessRounds> tasksThatStay() {
    if (tasksStay && tasks.isEmpty()) {
      tasks = InProcessRounds.open(shards, replicaPlan);
      tasksStay = tasks.isPresent();
    }
    return tasks;
  }

  /** Ends the tasks that stay, for a job that needs their slots; the next round starts others. */
  void freeSlots() {
    Optional<InProcessRounds> ending = tasks;
    tasks = Optional.empty();
    ending.ifPresent(InProcessRounds::close);
  }

  private List<RoundResult> run(SentPlan sent) {
    return shards.mapPartitionsWithIndex(new TrainShard(replicaPlan, sent), true).collect();
  }

  private RoundPlan plan(
      int epoch, int firstStep, List<Double> rates, Optional<InProcess> meeting) {
    return new RoundPlan(
        epoch, round, firstStep, iteration, rates, parameters, updaterState, meeting);
  }

  private void average(List<RoundResult> results, long examples, int epoch) {
    WeightedMean meanParameters = new WeightedMean(parameters, examples);
    results.forEach(result -> meanParameters.add(result.parameters(), result.examples()));
    float[] averaged = meanParameters.mean();
    requireFinite(meanParameters, results, RoundResult::parameters, "a parameter", epoch);
    PooledVariances variances = new PooledVariances(statistics);
    results.forEach(result -> variances.add(result.parameters(), result.examples()));
    variances.writeTo(averaged);
    if (!statistics.isEmpty() && WeightedMean.firstNotFinite(averaged) >= 0) {
      throw new DivergedException("a variance of batch norm", epoch + 1, round + 1);
    }
    int stateLength = results.stream().mapToInt(r -> r.updaterState().length).max().orElse(0);
    float[] startState = updaterState.length == 0 ? new float[stateLength] : updaterState;
    WeightedMean meanState = new WeightedMean(startState, examples);
    results.forEach(result -> meanState.add(result.updaterState(), result.examples()));
    float[] averagedState = meanState.mean();
    requireFinite(meanState, results, RoundResult::updaterState, "a value of the updater", epoch);
    parameters = averaged;
    updaterState = averagedState;
  }

  private void requireFiniteLoss(RoundResult result, int epoch) {
    if (!Double.isFinite(result.lossSum())) {
      throw new DivergedException("the loss", epoch + 1, round + 1, result.replica());
    }
  }

  /** Every replica has a weight above 0: what is not finite in one is not finite in the mean. */
  private void requireFinite(
      WeightedMean mean,
      List<RoundResult> results,
      Function<RoundResult, float[]> vector,
      String what,
      int epoch) {
    if (mean.isFinite()) {
      return;
    }
    int replica =
        results.stream()
            .filter(result -> WeightedMean.firstNotFinite(vector.apply(result)) >= 0)
            .mapToInt(RoundResult::replica)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the mean of finite values is not"));
    throw new DivergedException(what, epoch + 1, round + 1, replica);
  }

  @Override
  public void close() {
    try {
      freeSlots();
    } finally {
      replicaPlan.destroy();
    }
  }

  private record WarmUp(Broadcast<ReplicaPlan> plan)
      implements FlatMapFunction<Iterator<ShardBlock>, ExecutorEnvironment> {
    @Override
    public Iterator<ExecutorEnvironment> call(Iterator<ShardBlock> blocks) {
      ExecutorEnvironment environment =
          NetworkPool.ofThisJvm()
              .with(plan.value().spec(), network -> ExecutorEnvironment.ofThisThread());
      return List.of(environment).iterator();
    }
  }

  /** How the plan of a round reaches the tasks. */
  private sealed interface SentPlan extends Serializable {
    RoundPlan get();
  }

  /** Within one process, where the plan has no vectors in it and a broadcast would only cost. */
  private record WithTheTask(RoundPlan get) implements SentPlan {}

  /** Once to each executor. */
  private record ByBroadcast(Broadcast<RoundPlan> broadcast) implements SentPlan {
    @Override
    public RoundPlan get() {
      return broadcast.value();
    }
  }

  /** The task of one replica: open its shard, borrow its network, train. */
  private record TrainShard(Broadcast<ReplicaPlan> plan, SentPlan round)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<RoundResult>> {
    @Override
    public Iterator<RoundResult> call(Integer replica, Iterator<ShardBlock> blocks) {
      ReplicaPlan replicaPlan = plan.value();
      RoundPlan roundPlan = round.get();
      Shard shard = Shard.of(blocks, replicaPlan.images().size());
      RoundResult result =
          NetworkPool.ofThisJvm()
              .with(
                  replicaPlan.spec(),
                  live -> LocalTraining.train(live, replicaPlan, roundPlan, replica, shard));
      return List.of(result).iterator();
    }
  }
}
