package dev.convoy.driver.train;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPacker;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.GrowingFile;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.Lease;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.Executors;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.CollectLimit;
import dev.convoy.driver.train.rounds.DivergedException;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.Listeners;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.ReplicaTasks;
import dev.convoy.driver.train.rounds.Rounds;
import dev.convoy.driver.train.rounds.RoundsWay;
import dev.convoy.driver.train.rounds.RunState;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.MetricsLog;
import dev.convoy.driver.train.run.RunCheckpoints;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.RateSweep;
import dev.convoy.worker.replica.Seeds;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoredSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Trains a network on a dataset. */
public final class Trainer {
  private static final System.Logger LOG = System.getLogger(Trainer.class.getName());

  /** Time for more executors to register after the first jobs of the command. */
  private static final Duration REGISTRATION_TIME = Duration.ofSeconds(2);

  private final SparkSession session;
  private final Storage storage;
  private final BatchSize validationBatch;
  private final CheckpointPlan checkpointing;
  private final Supplier<Optional<Interruption.Stop>> stop;
  private final ExecutorEnvironment.Asker asker;
  private final MonitorPlan monitoring;

  /**
   * A trainer of a command on a Spark session.
   *
   * @param validationBatch examples of a forward pass when validating
   * @param checkpointing when checkpoints are written and which are kept
   * @param monitoring what is observed of the run
   * @param stop checked after every round: a value stops the run
   */
  public Trainer(
      SparkSession session,
      Storage storage,
      BatchSize validationBatch,
      CheckpointPlan checkpointing,
      MonitorPlan monitoring,
      Supplier<Optional<Interruption.Stop>> stop) {
    this(
        session,
        storage,
        validationBatch,
        checkpointing,
        monitoring,
        stop,
        ExecutorEnvironment.Asker.COMMAND);
  }

  /**
   * A trainer of an application on its own Spark session, which cannot be stopped before the end.
   */
  public static Trainer ofApplication(
      SparkSession session,
      Storage storage,
      BatchSize validationBatch,
      CheckpointPlan checkpointing) {
    return new Trainer(
        session,
        storage,
        validationBatch,
        checkpointing,
        MonitorPlan.none(),
        Optional::empty,
        session.sparkContext().isLocal()
            ? ExecutorEnvironment.Asker.APPLICATION_HERE
            : ExecutorEnvironment.Asker.APPLICATION);
  }

  private Trainer(
      SparkSession session,
      Storage storage,
      BatchSize validationBatch,
      CheckpointPlan checkpointing,
      MonitorPlan monitoring,
      Supplier<Optional<Interruption.Stop>> stop,
      ExecutorEnvironment.Asker asker) {
    this.asker = asker;
    this.monitoring = monitoring;
    this.session = session;
    this.storage = storage;
    this.validationBatch = validationBatch;
    this.checkpointing = checkpointing;
    this.stop = stop;
  }

  /**
   * The state of a run before its first round.
   *
   * @param done progress of the run before it was resumed
   * @param stepsPerEpoch global steps of an epoch
   * @param size of a replica's result
   * @param replicas the results of their warm-up, with the speed of a trial if there was one
   * @param sweep a sweep of learning rates, if one was asked for
   * @param way how rounds are carried out
   */
  public record Start(
      List<LayerKernel> kernels,
      List<Long> shardSizes,
      List<String> renewedLayers,
      Progress done,
      long stepsPerEpoch,
      CollectLimit.Size size,
      List<ReplicaTasks.Ready> replicas,
      Optional<RateSweep> sweep,
      RoundsWay.Choice way) {}

  /** Called once, when everything is planned and nothing is trained; returns what it has said. */
  public interface StartListener {
    StartNotes starting(Start start);

    /**
     * Called before anything of an earlier run is changed.
     *
     * @param start as if the run had not begun
     * @throws InvalidRequestException if the run cannot end well
     */
    default void check(Start start) {}
  }

  /**
   * Trains, validates after every epoch, and writes the model. An existing run is resumed from its
   * newest intact checkpoint.
   *
   * @throws InvalidRequestException if another driver holds the run, or it may not be resumed in
   *     this environment
   * @throws JobFailedException if the training diverges; no model is written
   * @throws StoppedException if it was stopped on request, after writing a checkpoint
   */
  public TrainReport run(
      TrainPlan plan,
      ImageDataset data,
      RunDirectory.Opened opened,
      StartListener startListener,
      List<TrainingListener> trainingListeners) {
    long started = System.nanoTime();
    Manifest manifest = data.manifest();
    ShardPlan shardPlan = planShards(plan, data);
    requireValidation(plan, data);
    NetworkSpec spec =
        new NetworkSpec(
                "run-" + UUID.randomUUID(),
                plan.network().toJson(),
                manifest.normalisation(),
                plan.optimizer(),
                Seeds.derive(plan.seed(), 0, 0, 0, Seeds.Purpose.INITIAL))
            .withNativeThreads(TaskSlots.nativeThreads(session.sparkContext().conf()))
            .withPrecision(plan.precision());
    TrainingJob job =
        new TrainingJob(
            plan,
            data,
            shardPlan,
            spec,
            PreparedNetwork.of(storage, plan, spec, manifest.labels()),
            started);
    try (Lease lease = opened.run().lease()) {
      return train(job, opened, lease, startListener, trainingListeners);
    } catch (Exception | Error e) { // Spark throws undeclared checked exceptions.
      trainingListeners.forEach(listener -> listener.ended(e));
      if (e instanceof DivergedException) {
        throw new JobFailedException(e.getMessage(), e);
      }
      throw e;
    } finally {
      opened.run().deleteIfEmpty();
    }
  }

  private TrainReport train(
      TrainingJob job,
      RunDirectory.Opened opened,
      Lease lease,
      StartListener startListener,
      List<TrainingListener> trainingListeners) {
    TrainPlan plan = job.plan();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    if (!spark.isLocal()) {
      // Shards go where executors are, and tasks of rounds where shards are.
      Executors.awaitSlots(spark, plan.replicas(), REGISTRATION_TIME);
    }
    JavaRDD<ShardBlock> shards =
        JobDescription.within(
            spark.sc(),
            "order of the train split",
            () ->
                ShardPacker.pack(
                    job.data().split(session, Split.TRAIN),
                    job.shards(),
                    job.data().manifest().shape().size()));
    Optional<Validation> validation =
        Validation.open(
            session,
            job.data(),
            job.spec(),
            validationBatch.on(plan.network()),
            plan.seed(),
            monitoring.details());
    try (Rounds rounds =
        new Rounds(
            spark,
            shards,
            job.replicaPlan(monitoring.examples()),
            plan,
            job.sent(),
            monitoring.details())) {
      List<ReplicaTasks.Ready> ready = rounds.warmUp(monitoring.tries());
      ExecutorEnvironment environment = ExecutorEnvironment.common(ready, asker);
      Optional<RateSweep> sweep =
          monitoring.sweeps()
              ? Optional.of(rounds.sweep(plan.schedule().base()))
              : Optional.empty();
      RunDirectory run = opened.run();
      RunCheckpoints checkpoints =
          new RunCheckpoints(
              run.checkpoints(checkpointing.keep()), lease, checkpointing, environment);
      // All checks come before the first change to an earlier run.
      RunState fresh = RunState.start(plan, job.prepared().parameters());
      startListener.check(
          job.start(fresh.progress(), rounds.stepsPerEpoch(), ready, sweep, rounds.way()));
      RunCheckpoints.Found from =
          beginOrResume(opened, checkpoints).orElse(new RunCheckpoints.Found(fresh, fresh));
      Progress resumed = from.state().progress();
      StartNotes notes =
          startListener.starting(
              job.start(resumed, rounds.stepsPerEpoch(), ready, sweep, rounds.way()));
      RunState end;
      TrainingLoop training;
      GrowingFile metrics = run.metricsAfter(resumed);
      checkpoints.beforeEachWrite(metrics::sync);
      try (MetricsLog log = new MetricsLog(metrics, () -> MemoryUse.of(spark.sc()));
          NetworkWatch watch = openWatch(spark, shards, job)) {
        List<TrainingListener> all = new ArrayList<>(List.of(log));
        all.addAll(trainingListeners);
        Listeners listeners = new Listeners(all);
        listeners.attach();
        listeners.starting(resumed.round(), notes);
        training =
            new TrainingLoop(
                plan,
                rounds,
                validation,
                checkpoints,
                stop,
                listeners,
                Optional.ofNullable(watch),
                from.anchor());
        end = train(training, from.state(), log);
      }
      float[] parameters = rounds.returned(end);
      Optional<ScoredSplit> scored =
          parameters == end.parameters()
              ? Optional.empty()
              : training.validate(parameters, "the model");
      lease.requireHeld();
      String sha256 = ModelStore.write(storage, run.model(), job.model(parameters, environment));
      TrainReport report =
          job.report(
              run.model(), sha256, resumed, end.progress(), scored.map(ScoredSplit::confusion));
      run.finish(report);
      trainingListeners.forEach(listener -> listener.finished(report, scored));
      return report;
    } finally {
      validation.ifPresent(Validation::close);
      shards.unpersist(false);
      JobNetworks.release(spark, job.spec().owner());
    }
  }

  /** Returns what looks at the network after each epoch; null if nothing does. */
  private NetworkWatch openWatch(
      JavaSparkContext spark, JavaRDD<ShardBlock> shards, TrainingJob job) {
    return monitoring.details()
        ? NetworkWatch.open(
            spark,
            shards,
            job.spec(),
            job.data().manifest().shape().size(),
            job.plan().batch(),
            job.plan().seed())
        : null;
  }

  private static RunState train(TrainingLoop training, RunState start, MetricsLog log) {
    try {
      return training.train(start);
    } catch (Exception | Error e) { // Spark throws undeclared checked exceptions.
      // The other listeners are told when the files of the run are closed.
      log.ended(e);
      throw e;
    }
  }

  private Optional<RunCheckpoints.Found> beginOrResume(
      RunDirectory.Opened opened, RunCheckpoints checkpoints) {
    Optional<RunCheckpoints.Found> found =
        opened.hasBegun()
            ? checkpoints.newest(message -> LOG.log(System.Logger.Level.WARNING, message))
            : Optional.empty();
    if (found.isPresent()) {
      opened.run().resume();
    } else {
      if (!opened.hasBegun()) {
        opened.run().forgetTracking();
      }
      opened.run().begin();
    }
    return found;
  }

  private static void requireValidation(TrainPlan plan, ImageDataset data) {
    boolean needed =
        plan.stopping().patience() > 0
            || plan.averaging().returned().kind() == ReturnedModel.Kind.BEST;
    if (needed && data.manifest().count(Split.VALIDATION) == 0) {
      throw new InvalidRequestException(
          "Cannot train: "
              + data.directory()
              + " has no validation split, by which the best epoch is chosen (prepare it with"
              + " --validation 0.1, or leave out train.stop.patience and train.returned.model ="
              + " best)");
    }
  }

  private static ShardPlan planShards(TrainPlan plan, ImageDataset data) {
    long examples = data.manifest().count(Split.TRAIN);
    if (examples < plan.replicas()) {
      throw new InvalidRequestException(
          "Cannot train: the train split of "
              + data.directory()
              + " has "
              + examples
              + " examples, and "
              + plan.replicas()
              + " replicas need at least one each (use fewer --replicas)");
    }
    return new ShardPlan(plan.replicas(), examples, plan.seed());
  }
}
