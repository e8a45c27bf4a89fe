package dev.convoy.driver.dl4j;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.LearningRates;
import dev.convoy.driver.train.plan.RoundsPlan;
import dev.convoy.driver.train.rounds.BatchNormStatistics;
import dev.convoy.driver.train.rounds.CollectLimit;
import dev.convoy.driver.train.rounds.DivergedException;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.ReplicaTasks;
import dev.convoy.driver.train.rounds.Rounds;
import dev.convoy.driver.train.rounds.RunState;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.dl4j.Dl4jGraphSpec;
import dev.convoy.worker.dl4j.Dl4jModel;
import dev.convoy.worker.dl4j.OpenDl4jGraph;
import dev.convoy.worker.dl4j.PackedPairs;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.ReplicaPlan;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Fits of a network that its user holds in DL4J's classes, one after the other: each sees every
 * example of an RDD once, and goes on from what the network holds.
 *
 * <p>Parameters, updater state, and the counts of steps and epochs lie in the network, so that a
 * network that was saved goes on as well. What an outer step and an adaptive period keep from round
 * to round lies here, and is taken up again where the network has the very parameters that the last
 * fit left.
 */
final class Dl4jFit {
  private static final System.Logger LOG = System.getLogger(Dl4jFit.class.getName());

  private final Settings settings;
  private Memory memory;

  /**
   * What all fits have in common.
   *
   * @param owner of the networks on executors
   */
  record Settings(String owner, int replicas, int batch, long seed, AveragingPlan averaging) {}

  /** Who follows a fit by looking at the network. */
  interface Follower {
    /** Whether the network must hold what each round has led to. */
    boolean isFollowed();

    /** Before the first round. */
    void started();

    /** When the network holds what a round has led to. */
    void roundDone(Dl4jModel network);

    /** When the network holds the result. */
    void ended();
  }

  /** What a network has no place for, with the parameters that it belongs to. */
  private static final class Memory {
    private final float[] parameters;
    private final List<float[]> outer;
    private final int period;

    Memory(float[] parameters, List<float[]> outer, int period) {
      this.parameters = parameters;
      this.outer = outer;
      this.period = period;
    }
  }

  /** What one fit follows. */
  private record Plan(Dl4jModel network, int before, Settings settings) implements RoundsPlan {
    @Override
    public int epochs() {
      return network.epochs() + 1;
    }

    @Override
    public int batch() {
      return settings.batch;
    }

    @Override
    public int replicas() {
      return settings.replicas;
    }

    @Override
    public AveragingPlan averaging() {
      return settings.averaging;
    }

    @Override
    public LearningRates schedule() {
      return new OwnRates(network, before);
    }
  }

  /**
   * The rates of a network's own updater.
   *
   * @param before steps that lay behind it when this fit, its last epoch, began
   */
  private record OwnRates(Dl4jModel network, int before) implements LearningRates {
    @Override
    public double at(long step, long stepsPerEpoch, int epochs) {
      int epoch = epochs - 1;
      int steps = Math.toIntExact(before + step - epoch * stepsPerEpoch);
      double rate = network.learningRate(steps, epoch).orElse(0);
      return rate > 0 && Double.isFinite(rate) ? rate : 0;
    }

    @Override
    public long warmup(long stepsPerEpoch, int epochs) {
      return 0;
    }
  }

  Dl4jFit(Settings settings) {
    this.settings = settings;
  }

  /**
   * Trains one epoch and writes its result into the network.
   *
   * @param watching told of rounds
   * @return the mean loss over the examples of the last round
   */
  double run(
      JavaSparkContext spark,
      Dl4jModel network,
      JavaRDD<PackedPairs> pairs,
      List<TrainingListener> watching,
      Follower follower) {
    Problems problems = new Problems();
    network.check(problems);
    if (settings.averaging.period().kind() == AveragingPeriod.Kind.QUADRATIC
        && network.learningRate(0, 0).isEmpty()) {
      problems.add("averaging", "the quadratic period follows a learning rate, and there is none");
    }
    problems.refuseIfAny("Cannot train");
    try (PairShards shards = PairShards.pack(pairs, settings.replicas, settings.seed)) {
      Plan plan = new Plan(network, network.steps(), settings);
      ReplicaPlan replicaPlan = replicaPlan(spark, network, shards);
      try (Rounds rounds = new Rounds(spark, shards.shards(), replicaPlan, plan, sent(network))) {
        List<ReplicaTasks.Ready> ready = rounds.warmUp();
        ExecutorEnvironment.common(ready);
        ReplicaTasks.Ready.places(ready)
            .onDisk(HeapMemory.key(spark.sc()))
            .ifPresent(text -> LOG.log(System.Logger.Level.INFO, text));
        shards.packed();
        return train(rounds, network, watching, follower);
      }
    } catch (DivergedException e) {
      throw new JobFailedException(
          "Training "
              + e.what()
              + " (lower the learning rate of the network's updater, or normalise its gradients)",
          e);
    }
  }

  private double train(
      Rounds rounds, Dl4jModel network, List<TrainingListener> watching, Follower follower) {
    RunState state = start(network);
    double loss = Double.NaN;
    watching.forEach(listener -> listener.started(rounds.stepsPerEpoch(), 0));
    follower.started();
    while (state.progress().step() < rounds.stepsPerEpoch()) {
      Rounds.Done done = rounds.next(state);
      state = done.state();
      loss = done.metrics().loss();
      watching.forEach(listener -> listener.roundDone(done.metrics()));
      if (follower.isFollowed()) {
        write(state, state.parameters(), loss, network);
        follower.roundDone(network);
      }
    }
    Progress end = state.progress();
    if (end.inEpoch().examples() != rounds.examplesPerEpoch()) {
      throw new IllegalStateException(
          "a fit used " + end.inEpoch().examples() + " of " + rounds.examplesPerEpoch());
    }
    write(state, rounds.returned(state), loss, network);
    memory = new Memory(network.parameters(), state.outer().vectors(), end.period());
    follower.ended();
    return loss;
  }

  /** Writes what a round has led to into the network. */
  private static void write(RunState state, float[] parameters, double loss, Dl4jModel network) {
    network.parameters(parameters);
    network.updaterState(state.updaterState());
    network.trained(state.progress().iteration(), loss);
  }

  private RunState start(Dl4jModel network) {
    float[] parameters = network.parameters();
    AveragingPlan averaging = settings.averaging;
    boolean goesOn = memory != null && Arrays.equals(memory.parameters, parameters);
    List<float[]> outer =
        goesOn
            ? memory.outer
            : OuterStep.State.fresh(averaging.outerStep().kind(), parameters.length).vectors();
    int period = goesOn ? memory.period : averaging.period().every();
    Progress at =
        new Progress(
            network.epochs(),
            0,
            0,
            network.steps(),
            period,
            1,
            0,
            Progress.Sums.NONE,
            Progress.Sums.NONE,
            null,
            null);
    return RunState.goingOn(at, parameters, network.updaterState(), outer);
  }

  /** What runs each layer of a network on examples of that shape, on this machine. */
  static List<LayerKernel> kernels(Dl4jModel network, List<Long> features) {
    Problems problems = new Problems();
    network.check(problems);
    problems.refuseIfAny("Cannot train");
    Dl4jGraphSpec spec =
        new Dl4jGraphSpec(
            "kernels",
            network.json(),
            network.tensors(),
            new Examples.Tensors(features, List.of(1L)),
            1);
    try (NetworkThread<OpenDl4jGraph> thread = new NetworkThread<>(spec)) {
      return thread.call(OpenDl4jGraph::kernels);
    }
  }

  private static CollectLimit.Size sent(Dl4jModel network) {
    return new CollectLimit.Size(network.parameters().length, network.updaterState().length);
  }

  private ReplicaPlan replicaPlan(JavaSparkContext spark, Dl4jModel network, PairShards shards) {
    List<TensorSpec> tensors = network.tensors();
    List<PooledVariances.Statistics> statistics = BatchNormStatistics.in(tensors, network.frozen());
    Dl4jGraphSpec spec =
        new Dl4jGraphSpec(
            settings.owner,
            network.json(),
            tensors,
            shards.examples(),
            TaskSlots.nativeThreads(spark.getConf()));
    return new ReplicaPlan(
        spec,
        shards.examples(),
        shards.plan(),
        settings.batch,
        settings.seed,
        new ReplicaPlan.Answer(
            settings.averaging.sent(),
            statistics,
            Ranges.without(statistics, network.parameters().length),
            true));
  }
}
