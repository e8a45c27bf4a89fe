package dev.convoy.driver.dl4j;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.train.plan.AutoPlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.dl4j.Dl4jModel;
import dev.convoy.worker.dl4j.PackedPairs;
import dev.convoy.worker.engine.LayerKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.datavec.spark.util.SerializableHadoopConfig;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Convoy's averaging and kernels for those who train with {@code SparkDl4jMultiLayer} or {@code
 * SparkComputationGraph}: it takes the place of dl4j-spark's {@code
 * ParameterAveragingTrainingMaster}.
 *
 * <p>A {@code fit} uses every example of its RDD once. The network is trained as it is configured;
 * afterwards it holds parameters, updater state and the count of its steps, so that the next {@code
 * fit} goes on, and so does a network that was saved. The same network, RDD, seed and settings give
 * the same bits on any number of executors, if the RDD gives the same examples in the same order
 * whenever it is evaluated.
 *
 * <p>Executors keep their replicas from fit to fit; {@link #close} frees them at once, five idle
 * minutes do so, too. One fit runs at a time.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>>, AutoCloseable {
  private final Dl4jFit.Settings settings;
  private final List<TrainingListener> watching;
  private final Dl4jFit fit;
  private List<org.deeplearning4j.optimize.api.TrainingListener> listeners = List.of();

  /** Where the last fit ran, or null before the first. */
  private JavaSparkContext used;

  private AveragingTrainingMaster(Builder builder) {
    this.settings =
        new Dl4jFit.Settings(
            "training-master-" + UUID.randomUUID(),
            builder.replicas,
            builder.batch.orElseGet(() -> AutoPlan.batch(builder.replicas)),
            builder.seed,
            builder.averaging.orElseGet(() -> AveragingPlan.every(builder.period())));
    this.watching = List.copyOf(builder.watching);
    this.fit = new Dl4jFit(settings);
  }

  /**
   * Begins with the defaults of {@code convoy train}: batch and period follow the number of
   * replicas. (The learning rate is that of the network's own updater.)
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What runs each layer of a network on this machine, by the layer's number.
   *
   * @param features shape of the features of one example: {@code channels, height, width} of an
   *     image
   */
  public static List<LayerKernel> kernels(MultiLayerNetwork network, long... features) {
    return Dl4jFit.kernels(Dl4jModel.of(network), Arrays.stream(features).boxed().toList());
  }

  /**
   * What runs each vertex of a graph on this machine.
   *
   * @param features shape of the features of one example, as above
   */
  public static List<LayerKernel> kernels(ComputationGraph graph, long... features) {
    return Dl4jFit.kernels(Dl4jModel.of(graph), Arrays.stream(features).boxed().toList());
  }

  /** How to train; each method returns the same builder. */
  public static final class Builder {
    private int replicas = 2;
    private OptionalInt batch = OptionalInt.empty();
    private OptionalInt averageEvery = OptionalInt.empty();
    private long seed = 1;
    private Optional<AveragingPlan> averaging = Optional.empty();
    private final List<TrainingListener> watching = new ArrayList<>();

    private Builder() {}

    /**
     * Copies of the network that train side by side, 2 by default. Part of the result: it does not
     * follow the size of the cluster. One for each task slot is fastest.
     */
    public Builder replicas(int count) {
      replicas = count;
      return this;
    }

    /**
     * Examples of a minibatch on each replica, however many a data set holds. By default 64 with up
     * to 4 replicas; with more, so many that all of them have 256 together, though at least 8 each.
     */
    public Builder batch(int examples) {
      batch = OptionalInt.of(examples);
      return this;
    }

    /**
     * Local steps on every replica between two averagings, of the plain mean. By default 10 with 1
     * or 2 replicas, {@code 20 / replicas} with more, and at least 1.
     */
    public Builder averageEvery(int steps) {
      averageEvery = OptionalInt.of(steps);
      return this;
    }

    /**
     * Another way to average, in the place of {@link #averageEvery}. A fit is one epoch and knows
     * of no others: it takes no {@code post-local} period, and returns the last parameters. Updater
     * state is averaged: to reset it would reset the count of steps that DL4J's schedules follow.
     */
    public Builder averaging(AveragingPlan plan) {
      averaging = Optional.of(plan);
      return this;
    }

    /** Seed of the order of examples and of dropout, 1 by default. */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /** Is told of every round: loss, examples, seconds. */
    public Builder watching(TrainingListener listener) {
      watching.add(listener);
      return this;
    }

    /**
     * The master.
     *
     * @throws InvalidRequestException telling all that is wrong
     */
    public AveragingTrainingMaster build() {
      Problems problems = new Problems();
      atLeastOne(problems, "replicas", replicas);
      batch.ifPresent(examples -> atLeastOne(problems, "batch", examples));
      averageEvery.ifPresent(steps -> atLeastOne(problems, "averageEvery", steps));
      averaging.ifPresent(plan -> check(plan, problems));
      problems.refuseIfAny("Cannot make a training master");
      return new AveragingTrainingMaster(this);
    }

    private int period() {
      return averageEvery.orElseGet(
          () -> AutoPlan.averageEvery(AveragingPeriod.Kind.FIXED, replicas));
    }

    private static void atLeastOne(Problems problems, String name, int value) {
      if (value < 1) {
        problems.add(name + " = " + value, "must be at least 1");
      }
    }

    private static void check(AveragingPlan plan, Problems problems) {
      if (plan.period().kind() == AveragingPeriod.Kind.POST_LOCAL) {
        problems.add(
            "averaging.period",
            "post-local is a share of a whole run, and a fit is one epoch (use fixed)");
      }
      if (plan.returned().kind() != ReturnedModel.Kind.LAST) {
        problems.add(
            "averaging.returned",
            plan.returned().kind().key()
                + " is chosen at the end of a run, and a fit is one epoch (use last)");
      }
      if (plan.updaterState() != AveragingPlan.UpdaterState.AVERAGE) {
        problems.add(
            "averaging.updaterState",
            "to reset it would reset the steps that the network's schedules follow (use average)");
      }
    }
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.of(pairs)));
  }

  @Override
  public void executeTraining(SparkComputationGraph network, JavaRDD<DataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.of(pairs)));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph network, JavaRDD<MultiDataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.of(pairs)));
  }

  /**
   * Trains on files. Examples have the order of the paths and, within a file, their own.
   *
   * @param network or null
   * @param graph if there is no network
   * @param loader or null
   * @param multiLoader if there is no loader
   */
  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    JavaSparkContext spark = network == null ? graph.getSparkContext() : network.getSparkContext();
    Broadcast<SerializableHadoopConfig> hadoop =
        spark.broadcast(new SerializableHadoopConfig(spark.hadoopConfiguration()));
    try {
      RemoteFileSourceFactory files = new RemoteFileSourceFactory(hadoop);
      JavaRDD<PackedPairs> examples =
          loader == null
              ? paths.map(path -> PackedPairs.of(multiLoader.load(files.getSource(path))))
              : paths.map(path -> PackedPairs.of(loader.load(files.getSource(path))));
      if (network == null) {
        train(graph, examples);
      } else {
        train(network, examples);
      }
    } finally {
      hadoop.destroy();
    }
  }

  private void train(SparkDl4jMultiLayer network, JavaRDD<PackedPairs> examples) {
    MultiLayerNetwork held = network.getNetwork();
    Dl4jListeners told = new Dl4jListeners(held, listeners, held.getListeners());
    used = network.getSparkContext();
    network.setScore(fit.run(used, Dl4jModel.of(held), examples, watching, told));
  }

  private void train(SparkComputationGraph graph, JavaRDD<PackedPairs> examples) {
    ComputationGraph held = graph.getNetwork();
    Dl4jListeners told = new Dl4jListeners(held, listeners, held.getListeners());
    used = graph.getSparkContext();
    graph.setScore(fit.run(used, Dl4jModel.of(held), examples, watching, told));
  }

  /**
   * These listeners, and those of the network itself, are called on the driver: {@code
   * iterationDone} after each round, when the network holds what the round has led to, {@code
   * onEpochStart} and {@code onEpochEnd} around a fit. What happens within a local step they are
   * not told.
   */
  @Override
  public void setListeners(
      Collection<org.deeplearning4j.optimize.api.TrainingListener> newListeners) {
    listeners = newListeners == null ? List.of() : List.copyOf(newListeners);
  }

  /**
   * The same without a router.
   *
   * @throws UnsupportedOperationException if there is a router: replicas send it nothing
   */
  @Override
  public void setListeners(
      StatsStorageRouter router,
      Collection<org.deeplearning4j.optimize.api.TrainingListener> newListeners) {
    if (router != null) {
      throw new UnsupportedOperationException(
          "Cannot route statistics: listeners run on the driver, so that they can be given a storage"
              + " themselves (use setListeners without a router)");
    }
    setListeners(newListeners);
  }

  /** The settings, as people read them. */
  @Override
  public String toJson() {
    ObjectNode node = Json.object();
    node.put("replicas", settings.replicas());
    node.put("batch", settings.batch());
    node.put("seed", settings.seed());
    node.set("averaging", Json.tree(settings.averaging()));
    return Json.pretty(node);
  }

  /** The same: JSON is YAML. */
  @Override
  public String toYaml() {
    return toJson();
  }

  /** There are none. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorker();
  }

  /** There are none. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorker();
  }

  private static UnsupportedOperationException noWorker() {
    return new UnsupportedOperationException(
        "Convoy's replicas are no TrainingWorkers: call fit of SparkDl4jMultiLayer or"
            + " SparkComputationGraph");
  }

  /** Not supported. */
  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "Cannot hook into the steps of replicas: watching(…) of the builder and setListeners(…) are"
            + " told of rounds");
  }

  /** Not supported. */
  @Override
  public void removeHook(TrainingHook hook) {
    throw new UnsupportedOperationException("Cannot remove a hook: there are none");
  }

  /**
   * Nothing, if they are not to be collected.
   *
   * @throws UnsupportedOperationException if they are
   */
  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw noStats();
    }
  }

  /** No. */
  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  /** Not supported. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    throw noStats();
  }

  private static UnsupportedOperationException noStats() {
    return new UnsupportedOperationException(
        "Cannot collect dl4j-spark's statistics: watching(…) of the builder is told the seconds of"
            + " every round");
  }

  /** There are none: nothing is written. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** There are none: nothing is written. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  /** Frees the replicas that executors keep for the next fit. */
  @Override
  public void close() {
    if (used != null) {
      JobNetworks.release(used, settings.owner());
      used = null;
    }
  }
}
