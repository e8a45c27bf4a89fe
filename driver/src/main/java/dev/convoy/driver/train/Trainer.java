package dev.convoy.driver.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPacker;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.Versions;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.Seeds;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.Confusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Trains a network on a dataset: one verb, {@link #run}. */
public final class Trainer {
  private final SparkSession session;
  private final Storage storage;
  private final BatchSize validationBatch;

  /**
   * A trainer on a Spark session.
   *
   * @param validationBatch examples of a forward pass when validating
   */
  public Trainer(SparkSession session, Storage storage, BatchSize validationBatch) {
    this.session = session;
    this.storage = storage;
    this.validationBatch = validationBatch;
  }

  /** What the run starts from: told to whoever watches before the first round. */
  public record Start(
      List<LayerKernel> kernels, List<Long> shardSizes, List<String> renewedLayers) {}

  /** Told once, when everything is planned and nothing is trained. */
  public interface StartListener {
    void starting(Start start);
  }

  /**
   * Trains, validates after every epoch, and writes the model.
   *
   * @throws JobFailedException if the training diverges; no model is written
   */
  public TrainReport run(
      TrainPlan plan,
      ImageDataset data,
      RunDirectory run,
      StartListener starting,
      List<TrainingListener> watching) {
    long started = System.nanoTime();
    Manifest manifest = data.manifest();
    ShardPlan shardPlan = planShards(plan, data);
    NetworkSpec spec =
        new NetworkSpec(
                "run-" + UUID.randomUUID(),
                plan.network().toJson(),
                manifest.normalisation(),
                plan.optimizer(),
                Seeds.derive(plan.seed(), 0, 0, 0, Seeds.Purpose.INITIAL))
            .withNativeThreads(TaskSlots.nativeThreads(session.sparkContext().conf()));
    Prepared prepared = prepare(plan, spec, manifest.labels());
    List<Long> shardSizes = new ArrayList<>();
    for (int replica = 0; replica < plan.replicas(); replica++) {
      shardSizes.add(shardPlan.size(replica));
    }
    starting.starting(new Start(prepared.kernels, shardSizes, prepared.start.renewed()));

    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaRDD<ShardBlock> shards =
        ShardPacker.pack(data.split(session, Split.TRAIN), shardPlan, manifest.shape().size());
    ReplicaPlan replicaPlan =
        new ReplicaPlan(
            spec, manifest.shape(), shardPlan, plan.batch(), plan.seed(), plan.augmentation());
    Optional<Validation> validation =
        Validation.of(session, data, spec, validationBatch.on(plan.network()), plan.seed());
    try (Rounds rounds =
        new Rounds(
            spark, shards, replicaPlan, plan, prepared.tensors, prepared.start.parameters())) {
      ExecutorEnvironment environment = ExecutorEnvironment.common(rounds.warmUp());
      // Nothing of an earlier run is touched until all that can be refused has been looked at.
      run.begin();
      Tally tally;
      try (MetricsLog log = new MetricsLog(run.createMetrics())) {
        List<TrainingListener> listeners = new ArrayList<>(watching);
        listeners.add(log);
        tally = trainAll(plan, shardPlan, rounds, validation, listeners);
      }
      Model model =
          new Model(
              plan.network(),
              manifest.labels(),
              manifest.normalisation(),
              prepared.tensors,
              rounds.parameters(),
              provenance(plan, data, environment));
      String sha256 = ModelStore.write(storage, run.model(), model);
      TrainReport report =
          new TrainReport(
              run.model(),
              sha256,
              rounds.parameters().length,
              plan.epochs(),
              rounds.roundsPerEpoch() * plan.epochs(),
              shardPlan.examples(),
              tally.loss,
              tally.accuracy(),
              tally.validationLoss(),
              tally.examples / tally.seconds,
              tally.seconds,
              tally.computeSeconds,
              (System.nanoTime() - started) / 1e9);
      run.finish(report);
      return report;
    } catch (DivergedException e) {
      throw new JobFailedException(e.getMessage(), e);
    } finally {
      validation.ifPresent(Validation::close);
      shards.unpersist(false);
      JobNetworks.release(spark, spec.owner());
    }
  }

  /** What all epochs add up to. */
  private static final class Tally {
    private long examples;
    private double seconds;
    private double computeSeconds;
    private double loss;
    private Optional<Confusion> validation = Optional.empty();

    Double accuracy() {
      return validation.map(Confusion::accuracy).orElse(null);
    }

    Double validationLoss() {
      return validation.map(Confusion::loss).orElse(null);
    }
  }

  private static Tally trainAll(
      TrainPlan plan,
      ShardPlan shardPlan,
      Rounds rounds,
      Optional<Validation> validation,
      List<TrainingListener> listeners) {
    long stepsPerEpoch = shardPlan.stepsPerEpoch(plan.batch());
    listeners.forEach(
        listener ->
            listener.started((long) rounds.roundsPerEpoch() * plan.epochs(), stepsPerEpoch));
    Tally tally = new Tally();
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      double lossSum = 0;
      long examples = 0;
      double seconds = 0;
      for (int step = 0; step < stepsPerEpoch; step += plan.averageEvery()) {
        RoundMetrics metrics = rounds.next(epoch, step);
        lossSum += metrics.loss() * metrics.examples();
        examples += metrics.examples();
        seconds += metrics.seconds();
        tally.computeSeconds += metrics.computeSeconds();
        listeners.forEach(listener -> listener.roundDone(metrics));
      }
      if (examples != shardPlan.examples()) {
        throw new IllegalStateException(
            "an epoch used " + examples + " of " + shardPlan.examples() + " examples");
      }
      if (validation.isPresent()) {
        rounds.freeSlots();
        tally.validation =
            Optional.of(validation.get().score(rounds.parameters(), "epoch " + epoch));
      }
      tally.loss = lossSum / examples;
      tally.examples += examples;
      tally.seconds += seconds;
      EpochMetrics metrics =
          new EpochMetrics(
              epoch + 1,
              tally.loss,
              optional(tally.accuracy()),
              optional(tally.validationLoss()),
              examples / seconds);
      listeners.forEach(listener -> listener.epochDone(metrics));
    }
    return tally;
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
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

  private record Prepared(
      List<LayerKernel> kernels, List<TensorSpec> tensors, InitialParameters.Start start) {}

  private Prepared prepare(TrainPlan plan, NetworkSpec spec, List<String> labels) {
    Optional<Model> trained =
        plan.init().isEmpty()
            ? Optional.empty()
            : Optional.of(ModelStore.read(storage, plan.init()));
    try (NetworkThread network = new NetworkThread(spec)) {
      return network.call(
          live -> {
            List<TensorSpec> tensors = live.trainable().tensors();
            float[] fresh = live.trainable().parameters();
            InitialParameters.Start start =
                trained
                    .map(model -> InitialParameters.from(model, tensors, fresh, labels))
                    .orElse(new InitialParameters.Start(fresh, List.of()));
            return new Prepared(live.kernels(), tensors, start);
          });
    }
  }

  private static ObjectNode provenance(
      TrainPlan plan, ImageDataset data, ExecutorEnvironment environment) {
    ObjectNode node = Json.object();
    node.set("plan", RunDirectory.planOf(plan));
    node.put("data", data.directory());
    node.put("dataset", data.manifest().fingerprint());
    node.set("preparation", data.manifest().plan());
    node.put("seed", plan.seed());
    node.put("convoy", Versions.convoy());
    node.put("spark", Versions.spark());
    node.put("dl4j", Versions.dl4j());
    node.put("java", System.getProperty("java.version"));
    node.put("cpu", environment.cpu());
    node.put("kernels", environment.kernels());
    node.put("nativeThreads", environment.nativeThreads());
    return node;
  }
}
