package dev.convoy.worker.dl4j;

import dev.convoy.data.Problems;
import dev.convoy.worker.graph.TrainableGraph;
import dev.convoy.worker.network.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A user's DL4J {@link MultiLayerNetwork} or {@link ComputationGraph}. Replicas start from its
 * parameters, and their mean is written back to it.
 *
 * <p>A {@link MultiLayerNetwork} is treated as a graph of one path whose vertices are named by the
 * layer numbers; its flat parameters and updater state are the graph's.
 *
 * <p>DL4J's batch normalisation can store {@code s = log₁₀ σ} instead of a variance ({@code
 * useLogStd}). Only variances can be pooled, so vectors here hold {@code σ² = 10²ˢ}, and {@code s =
 * ½·log₁₀ σ²} is written back.
 */
public final class Dl4jModel {
  private static final String GRAPH_INPUT = "input";

  private final Model model;
  private final Layer[] layers;
  private final ComputationGraphConfiguration configuration;

  private Dl4jModel(Model model, Layer[] layers, ComputationGraphConfiguration configuration) {
    this.model = model;
    this.layers = layers;
    this.configuration = configuration;
  }

  /** Wraps an initialised graph. */
  public static Dl4jModel of(ComputationGraph graph) {
    return new Dl4jModel(graph, graph.getLayers(), graph.getConfiguration().clone());
  }

  /** Wraps an initialised network. */
  public static Dl4jModel of(MultiLayerNetwork network) {
    return new Dl4jModel(
        network, network.getLayers(), path(network.getLayerWiseConfigurations().clone()));
  }

  /** Converts a network's configuration into a graph of one path. */
  private static ComputationGraphConfiguration path(MultiLayerConfiguration network) {
    NeuralNetConfiguration first = network.getConf(0);
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(first.getSeed())
            .dataType(network.getDataType())
            .miniBatch(first.isMiniBatch())
            .optimizationAlgo(first.getOptimizationAlgo())
            .trainingWorkspaceMode(network.getTrainingWorkspaceMode())
            .inferenceWorkspaceMode(network.getInferenceWorkspaceMode())
            .cacheMode(network.getCacheMode())
            .graphBuilder()
            .validateOutputLayerConfig(false)
            .backpropType(network.getBackpropType())
            .addInputs(GRAPH_INPUT);
    String before = GRAPH_INPUT;
    for (int i = 0; i < network.getConfs().size(); i++) {
      String name = String.valueOf(i);
      graph.addLayer(name, network.getConf(i).getLayer(), network.getInputPreProcess(i), before);
      before = name;
    }
    return graph.setOutputs(before).build();
  }

  /** Adds the reasons why it cannot be trained by averaging, each with a remedy. */
  public void check(Problems problems) {
    if (model.params() == null || model.numParams() == 0) {
      problems.add("network", "has no parameters to train (call init() on it)");
      return;
    }
    if (model.params().dataType() != DataType.FLOAT) {
      problems.add(
          "network",
          "has parameters of type "
              + model.params().dataType()
              + " (use dataType(DataType.FLOAT))");
    }
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      problems.add(
          "network",
          "has inputs "
              + configuration.getNetworkInputs()
              + " and outputs "
              + configuration.getNetworkOutputs()
              + " (Convoy trains networks with one of each; use DL4J's own"
              + " ParameterAveragingTrainingMaster for others)");
    }
    if (configuration.getBackpropType() == BackpropType.TruncatedBPTT) {
      problems.add(
          "network",
          "is trained by truncated backpropagation through time, which takes several steps a"
              + " minibatch (use BackpropType.Standard, or DL4J's own"
              + " ParameterAveragingTrainingMaster)");
    }
    OptimizationAlgorithm algorithm = configuration.getDefaultConfiguration().getOptimizationAlgo();
    if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      problems.add("network", "is trained by " + algorithm + " (use STOCHASTIC_GRADIENT_DESCENT)");
    }
  }

  /** Returns DL4J's JSON of its graph with the step and epoch counts reset. */
  public String json() {
    ComputationGraphConfiguration fresh = configuration.clone();
    fresh.setIterationCount(0);
    fresh.setEpochCount(0);
    fresh.getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(vertex -> ((LayerVertex) vertex).getLayerConf())
        .forEach(
            settings -> {
              settings.setIterationCount(0);
              settings.setEpochCount(0);
            });
    return fresh.toJson();
  }

  /** Number of local steps already taken. */
  public int steps() {
    return model instanceof ComputationGraph graph
        ? graph.getConfiguration().getIterationCount()
        : ((MultiLayerNetwork) model).getLayerWiseConfigurations().getIterationCount();
  }

  /** Number of epochs already trained. */
  public int epochs() {
    return model instanceof ComputationGraph graph
        ? graph.getConfiguration().getEpochCount()
        : ((MultiLayerNetwork) model).getLayerWiseConfigurations().getEpochCount();
  }

  /**
   * Returns the learning rate of the first layer that has one.
   *
   * @param steps number of local steps already taken
   * @param epochs number of epochs already trained
   */
  public OptionalDouble learningRate(int steps, int epochs) {
    for (Layer layer : layers) {
      for (String name : layer.paramTable(false).keySet()) {
        IUpdater updater = layer.getConfig().getUpdaterByParam(name);
        if (updater != null && updater.hasLearningRate()) {
          return OptionalDouble.of(updater.getLearningRate(steps, epochs));
        }
      }
    }
    return OptionalDouble.empty();
  }

  /** Returns the layout of the flat parameters, in which variances are not logarithms. */
  public List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    for (Layer layer : layers) {
      for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
        boolean logarithm = isLogarithm(layer, entry.getKey());
        tensors.add(
            TrainableGraph.specOf(
                vertexName(layer),
                logarithm ? BatchNormalizationParamInitializer.GLOBAL_VAR : entry.getKey(),
                entry.getValue()));
      }
    }
    tensors.sort(Comparator.comparingLong(TensorSpec::offset));
    return tensors;
  }

  private String vertexName(Layer layer) {
    return model instanceof ComputationGraph
        ? layer.conf().getLayer().getLayerName()
        : String.valueOf(layer.getIndex());
  }

  /** Returns the frozen layers, whose statistics are not pooled. */
  public List<String> frozen() {
    return Arrays.stream(layers)
        .filter(BaseWrapperLayer.class::isInstance)
        .map(this::vertexName)
        .toList();
  }

  /**
   * Whether a tensor holds logarithms to convert; those of wrapped, for example frozen, layers
   * stay.
   */
  private static boolean isLogarithm(Layer layer, String parameter) {
    return layer instanceof BatchNormalization
        && parameter.equals(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
  }

  /** Returns a copy of its flat parameters, with variances. */
  public float[] parameters() {
    float[] values = TrainableGraph.toArray(model.params());
    eachLogarithm(values, (at, logarithm) -> values[at] = (float) Math.pow(10, 2.0 * logarithm));
    return values;
  }

  /**
   * Sets its parameters.
   *
   * @param values flat parameters with variances; not changed
   */
  public void parameters(float[] values) {
    float[] stored = values.clone();
    eachLogarithm(
        stored,
        (at, variance) ->
            stored[at] = (float) (0.5 * Math.log10(Math.max(variance, Float.MIN_VALUE))));
    TrainableGraph.copyInto(stored, model.params());
  }

  private interface Change {
    void at(int index, double value);
  }

  /** Applies a change to each value that is stored as a logarithm. */
  private void eachLogarithm(float[] values, Change change) {
    for (Layer layer : layers) {
      for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
        if (isLogarithm(layer, entry.getKey())) {
          int first = Math.toIntExact(entry.getValue().offset());
          for (int at = first; at < first + entry.getValue().length(); at++) {
            change.at(at, values[at]);
          }
        }
      }
    }
  }

  /** Returns a copy of the flat updater state; empty if there is none. */
  public float[] updaterState() {
    INDArray state = state();
    return state == null ? new float[0] : TrainableGraph.toArray(state);
  }

  /** Sets the flat updater state. */
  public void updaterState(float[] values) {
    if (state() != null) {
      TrainableGraph.copyInto(values, state());
    }
  }

  private INDArray state() {
    if (model instanceof ComputationGraph graph) {
      return graph.getUpdater().getStateViewArray();
    }
    Updater updater = ((MultiLayerNetwork) model).getUpdater();
    return updater == null ? null : updater.getStateViewArray();
  }

  /**
   * Records the training in the network's counters and score.
   *
   * @param steps number of local steps
   * @param loss mean loss over the examples of the last round
   */
  public void recordTraining(long steps, double loss) {
    int iteration = Math.toIntExact(steps);
    if (model instanceof ComputationGraph graph) {
      graph.getConfiguration().setIterationCount(iteration);
      graph.setScore(loss);
    } else {
      MultiLayerNetwork network = (MultiLayerNetwork) model;
      network.getLayerWiseConfigurations().setIterationCount(iteration);
      network.setScore(loss);
    }
  }
}
