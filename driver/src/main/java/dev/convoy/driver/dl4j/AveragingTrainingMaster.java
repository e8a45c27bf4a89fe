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
 * A training master with Convoy's averaging and kernels for {@code SparkDl4jMultiLayer} and {@code
 * SparkComputationGraph}. It replaces dl4j-spark's {@code ParameterAveragingTrainingMaster}.
 *
 * <p>A {@code fit} uses every example of its RDD once. The network is trained as it is configured.
 * Afterwards it holds parameters, updater state and the number of its steps, so that the next
 * {@code fit} continues from them, also after the network was saved and loaded. The same network,
 * RDD, seed and settings give the same bits on any number of executors, if the RDD gives the same
 * examples in the same order whenever it is evaluated.
 *
 * <p>Executors keep their replicas between fits, until {@link #close} or five idle minutes. One fit
 * runs at a time.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>>, AutoCloseable {
  private final Dl4jFit.Settings settings;
  private final List<TrainingListener> watching;
  private final Dl4jFit fit;
  private List<org.deeplearning4j.optimize.api.TrainingListener> listeners = List.of();

  /** Context of the last fit, or null before the first. */
  private JavaSparkContext lastContext;

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
   * Returns a builder with the defaults of {@code convoy train}: batch and period depend on the
   * number of replicas. The learning rate is that of the network's own updater.
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the kernel that computes each layer of a network on this machine, by the layer's
   * number.
   *
   * @param features shape of the features of one example: {@code channels, height, width} of an
   *     image
   */
  public static List<LayerKernel> kernels(MultiLayerNetwork network, long... features) {
    return Dl4jFit.kernels(Dl4jModel.of(network), Arrays.stream(features).boxed().toList());
  }

  /**
   * Returns the kernel that computes each vertex of a graph on this machine.
   *
   * @param features shape of the features of one example: {@code channels, height, width} of an
   *     image
   */
  public static List<LayerKernel> kernels(ComputationGraph graph, long... features) {
    return Dl4jFit.kernels(Dl4jModel.of(graph), Arrays.stream(features).boxed().toList());
  }

  /** Builder of a training master; each method returns this builder. */
  public static final class Builder {
    private int replicas = 2;
    private OptionalInt batch = OptionalInt.empty();
    private OptionalInt averageEvery = OptionalInt.empty();
    private long seed = 1;
    private Optional<AveragingPlan> averaging = Optional.empty();
    private final List<TrainingListener> watching = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the number of copies of the network that train in parallel, 2 by default. It affects the
     * result and does not depend on the size of the cluster. One for each task slot is fastest.
     */
    public Builder replicas(int count) {
      replicas = count;
      return this;
    }

    /**
     * Sets the number of examples of a minibatch on each replica, whatever the size of the data
     * sets in the RDD. The default is 64 with up to 4 replicas; with more, 256 divided among the
     * replicas, but at least 8.
     */
    public Builder batch(int examples) {
      batch = OptionalInt.of(examples);
      return this;
    }

    /**
     * Sets the number of local steps on every replica between two averagings by the plain mean. The
     * default is 10 with 1 or 2 replicas, {@code 20 / replicas} with more, and at least 1.
     */
    public Builder averageEvery(int steps) {
      averageEvery = OptionalInt.of(steps);
      return this;
    }

    /**
     * Sets a complete averaging plan, in place of {@link #averageEvery}. Since a fit is one epoch,
     * {@code post-local} periods are not supported and the last parameters are returned. Updater
     * state must be averaged: a reset would also reset the step count of DL4J's schedules. Every
     * round must end with its averaging.
     */
    public Builder averaging(AveragingPlan plan) {
      averaging = Optional.of(plan);
      return this;
    }

    /** Sets the seed of the order of examples and of dropout, 1 by default. */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /** Adds a listener for the metrics of every round: loss, examples, seconds. */
    public Builder watching(TrainingListener listener) {
      watching.add(listener);
      return this;
    }

    /**
     * Builds the training master.
     *
     * @throws InvalidRequestException with all invalid settings
     */
    public AveragingTrainingMaster build() {
      Problems problems = new Problems();
      atLeastOne(problems, "replicas", replicas);
      batch.ifPresent(examples -> atLeastOne(problems, "batch", examples));
      averageEvery.ifPresent(steps -> atLeastOne(problems, "averageEvery", steps));
      averaging.ifPresent(plan -> SupportedAveraging.check(plan, problems));
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
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.pack(pairs)));
  }

  @Override
  public void executeTraining(SparkComputationGraph network, JavaRDD<DataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.pack(pairs)));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph network, JavaRDD<MultiDataSet> examples) {
    train(network, examples.map(pairs -> PackedPairs.pack(pairs)));
  }

  /**
   * Trains on files, in the order of the paths and of the examples within a file.
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
              ? paths.map(path -> PackedPairs.pack(multiLoader.load(files.getSource(path))))
              : paths.map(path -> PackedPairs.pack(loader.load(files.getSource(path))));
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
    MultiLayerNetwork fitted = network.getNetwork();
    Dl4jListeners followers = new Dl4jListeners(fitted, listeners, fitted.getListeners());
    lastContext = network.getSparkContext();
    network.setScore(fit.run(lastContext, Dl4jModel.of(fitted), examples, watching, followers));
  }

  private void train(SparkComputationGraph graph, JavaRDD<PackedPairs> examples) {
    ComputationGraph fitted = graph.getNetwork();
    Dl4jListeners followers = new Dl4jListeners(fitted, listeners, fitted.getListeners());
    lastContext = graph.getSparkContext();
    graph.setScore(fit.run(lastContext, Dl4jModel.of(fitted), examples, watching, followers));
  }

  /**
   * Sets listeners, called on the driver like those of the network itself: {@code iterationDone}
   * after each round, when the network holds its result, {@code onEpochStart} and {@code
   * onEpochEnd} around a fit. They receive no events of local steps.
   */
  @Override
  public void setListeners(
      Collection<org.deeplearning4j.optimize.api.TrainingListener> newListeners) {
    listeners = newListeners == null ? List.of() : List.copyOf(newListeners);
  }

  /**
   * Sets listeners as {@link #setListeners(Collection)} does.
   *
   * @throws UnsupportedOperationException if {@code router} is not null: replicas send it no
   *     statistics
   */
  @Override
  public void setListeners(
      StatsStorageRouter router,
      Collection<org.deeplearning4j.optimize.api.TrainingListener> newListeners) {
    if (router != null) {
      throw new UnsupportedOperationException(
          "Cannot route statistics: listeners run on the driver and can write to a storage directly"
              + " (use setListeners without a router)");
    }
    setListeners(newListeners);
  }

  /** Returns the settings as JSON. */
  @Override
  public String toJson() {
    ObjectNode node = Json.object();
    node.put("replicas", settings.replicas());
    node.put("batch", settings.batch());
    node.put("seed", settings.seed());
    node.set("averaging", Json.tree(settings.averaging()));
    return Json.pretty(node);
  }

  /** Returns the settings as JSON, which is valid YAML. */
  @Override
  public String toYaml() {
    return toJson();
  }

  /** Not supported: replicas are not training workers. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorker();
  }

  /** Not supported: replicas are not training workers. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorker();
  }

  private static UnsupportedOperationException noWorker() {
    return new UnsupportedOperationException(
        "Cannot create a TrainingWorker: Convoy's replicas are not TrainingWorkers (call fit of"
            + " SparkDl4jMultiLayer or SparkComputationGraph)");
  }

  /** Not supported. */
  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "Cannot hook into the steps of replicas: only rounds are reported (to watching(…) of the"
            + " builder, and to setListeners(…))");
  }

  /** Not supported. */
  @Override
  public void removeHook(TrainingHook hook) {
    throw new UnsupportedOperationException("Cannot remove a hook: there are none");
  }

  /**
   * Does nothing if {@code collect} is false.
   *
   * @throws UnsupportedOperationException if {@code collect} is true
   */
  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw noStats();
    }
  }

  /** Returns false: dl4j-spark's statistics are not supported. */
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
        "Cannot collect dl4j-spark's statistics: Convoy has none (watching(…) of the builder reports"
            + " the seconds of every round)");
  }

  /** Does nothing: there are no temporary files. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return true;
  }

  /** Does nothing: there are no temporary files. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return true;
  }

  /** Frees the replicas that executors keep for the next fit. */
  @Override
  public void close() {
    if (lastContext != null) {
      JobNetworks.release(lastContext, settings.owner());
      lastContext = null;
    }
  }
}
