package dev.convoy.driver.train;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.network.graph.GivenNetwork;
import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.GivenSpec;
import dev.convoy.worker.replica.LiveGiven;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.PackedPairs;
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
final class GivenFit {
  private static final System.Logger LOG = System.getLogger(GivenFit.class.getName());

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
    void roundDone(GivenNetwork network);

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
  private record Plan(GivenNetwork network, int before, Settings settings) implements RoundsPlan {
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
  private record OwnRates(GivenNetwork network, int before) implements LearningRates {
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

  GivenFit(Settings settings) {
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
      GivenNetwork network,
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
      Rounds rounds, GivenNetwork network, List<TrainingListener> watching, Follower follower) {
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
  private static void write(RunState state, float[] parameters, double loss, GivenNetwork network) {
    network.parameters(parameters);
    network.updaterState(state.updaterState());
    network.trained(state.progress().iteration(), loss);
  }

  private RunState start(GivenNetwork network) {
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
  static List<LayerKernel> kernels(GivenNetwork network, List<Long> features) {
    Problems problems = new Problems();
    network.check(problems);
    problems.refuseIfAny("Cannot train");
    GivenSpec spec =
        new GivenSpec(
            "kernels",
            network.json(),
            network.tensors(),
            new Examples.Tensors(features, List.of(1L)),
            1);
    try (NetworkThread<LiveGiven> thread = new NetworkThread<>(spec)) {
      return thread.call(LiveGiven::kernels);
    }
  }

  private static CollectLimit.Size sent(GivenNetwork network) {
    return new CollectLimit.Size(network.parameters().length, network.updaterState().length);
  }

  private ReplicaPlan replicaPlan(JavaSparkContext spark, GivenNetwork network, PairShards shards) {
    List<TensorSpec> tensors = network.tensors();
    List<PooledVariances.Statistics> statistics = BatchNormStatistics.in(tensors, network.frozen());
    GivenSpec spec =
        new GivenSpec(
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
