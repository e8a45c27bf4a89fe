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
 * Fits of a DL4J network, one after the other. Each uses every example of an RDD once and continues
 * from the state of the network.
 *
 * <p>Parameters, updater state, and the numbers of steps and epochs are held by the network, so
 * that training can continue after it was saved and loaded. The state of an outer step or an
 * adaptive period is held here. It is used again if the network's parameters are exactly those that
 * the last fit left.
 */
final class Dl4jFit {
  private static final System.Logger LOG = System.getLogger(Dl4jFit.class.getName());

  private final Settings settings;
  private KeptState kept;

  /**
   * The settings of all fits.
   *
   * @param owner of the networks on executors
   */
  record Settings(String owner, int replicas, int batch, long seed, AveragingPlan averaging) {}

  /** Receives the events of a fit together with the state of the network. */
  interface Follower {
    /** Returns whether the network must be updated after each round. */
    boolean isFollowed();

    /** Called before the first round. */
    void started();

    /** Called after a round, when the network holds its result. */
    void roundDone(Dl4jModel network);

    /** Called after the fit, when the network holds its result. */
    void ended();
  }

  /** State between fits that a DL4J network cannot hold, with the parameters that it belongs to. */
  private static final class KeptState {
    private final float[] parameters;
    private final List<float[]> outer;
    private final int period;

    KeptState(float[] parameters, List<float[]> outer, int period) {
      this.parameters = parameters;
      this.outer = outer;
      this.period = period;
    }
  }

  /** The plan of one fit. */
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
   * @param before number of the network's steps before this fit, which is the last epoch
   */
  private record OwnRates(Dl4jModel network, int before) implements LearningRates {
    @Override
    public double rateAt(long step, long stepsPerEpoch, int epochs) {
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
   * @param listeners called after each round
   * @return the mean loss over the examples of the last round
   */
  double run(
      JavaSparkContext spark,
      Dl4jModel network,
      JavaRDD<PackedPairs> pairs,
      List<TrainingListener> listeners,
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
        ExecutorEnvironment.common(
            ready,
            spark.isLocal()
                ? ExecutorEnvironment.Asker.APPLICATION_HERE
                : ExecutorEnvironment.Asker.APPLICATION);
        ReplicaTasks.Ready.places(ready)
            .onDisk(HeapMemory.key(spark.sc()))
            .ifPresent(text -> LOG.log(System.Logger.Level.INFO, text));
        shards.releaseSource();
        return train(rounds, network, listeners, follower);
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
      Rounds rounds, Dl4jModel network, List<TrainingListener> listeners, Follower follower) {
    RunState state = start(network);
    double loss = Double.NaN;
    listeners.forEach(listener -> listener.started(rounds.stepsPerEpoch(), 0));
    follower.started();
    while (state.progress().step() < rounds.stepsPerEpoch()) {
      Rounds.Done done = rounds.next(state);
      state = done.state();
      loss = done.metrics().loss();
      listeners.forEach(listener -> listener.roundDone(done.metrics()));
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
    kept = new KeptState(network.parameters(), state.outer().vectors(), end.period());
    follower.ended();
    return loss;
  }

  /** Writes the result of a round into the network. */
  private static void write(RunState state, float[] parameters, double loss, Dl4jModel network) {
    network.parameters(parameters);
    network.updaterState(state.updaterState());
    network.recordTraining(state.progress().iteration(), loss);
  }

  private RunState start(Dl4jModel network) {
    float[] parameters = network.parameters();
    AveragingPlan averaging = settings.averaging;
    boolean continues = kept != null && Arrays.equals(kept.parameters, parameters);
    List<float[]> outer =
        continues
            ? kept.outer
            : OuterStep.State.fresh(averaging.outerStep().kind(), parameters.length).vectors();
    int period = continues ? kept.period : averaging.period().every();
    Progress progress =
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
    return RunState.resumed(progress, parameters, network.updaterState(), outer);
  }

  /**
   * Returns the kernel that computes each layer of a network, for examples of a shape, on this
   * machine.
   */
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
    List<PooledVariances.Statistics> statistics =
        BatchNormStatistics.find(tensors, network.frozen());
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
