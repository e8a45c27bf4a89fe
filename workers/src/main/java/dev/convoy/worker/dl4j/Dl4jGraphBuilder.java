package dev.convoy.worker.dl4j;

import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.layer.NativeConcatenation;
import dev.convoy.worker.engine.layer.NativeSum;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.graph.DotProductGraph;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableGraph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Builds a graph from a user's DL4J configuration with its layers, updaters and losses. A layer
 * that oneDNN can compute is replaced by a native one ({@link NativeReplacements}), as are sums and
 * concatenations of feature maps.
 *
 * <p>Batch normalisation stores variances, not logarithms, whatever {@code useLogStd} is: see
 * {@link Dl4jModel}.
 */
public final class Dl4jGraphBuilder {
  private static final System.Logger LOG = System.getLogger(Dl4jGraphBuilder.class.getName());

  private final ComputationGraphConfiguration configuration;
  private final Map<String, InputType> types;

  private Dl4jGraphBuilder(
      ComputationGraphConfiguration configuration, Map<String, InputType> types) {
    this.configuration = configuration;
    this.types = types;
  }

  /**
   * Builds a graph on the calling thread.
   *
   * @param json DL4J's JSON of the configuration
   * @param features shape of one example's features
   */
  public static TrainableGraph build(String json, List<Long> features) {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    boolean isNative = Engine.whyUnavailable().isEmpty();
    if (isNative) {
      new Dl4jGraphBuilder(configuration, types(json, features)).replaceLayers();
    }
    layers(configuration)
        .forEach(
            vertex -> {
              if (vertex.getLayerConf().getLayer() instanceof BatchNormalization norm) {
                norm.setUseLogStd(false);
              }
            });
    ComputationGraph graph = new DotProductGraph(configuration);
    graph.init();
    return new TrainableGraph(
        graph,
        isNative ? Optional.of(GraphBuilder.attach(graph, ValueType.FLOAT32)) : Optional.empty());
  }

  /** Returns the kernel of each vertex of a graph that was built here, in vertex order. */
  public static List<LayerKernel> kernels(TrainableGraph graph) {
    List<LayerKernel> kernels = new ArrayList<>();
    graph
        .graph()
        .getConfiguration()
        .getVertices()
        .forEach(
            (name, vertex) ->
                kernels.add(
                    GraphBuilder.isNative(vertex)
                        ? LayerKernel.oneDnn(name)
                        : LayerKernel.builtIn(name, why(vertex))));
    return kernels;
  }

  private static String why(GraphVertex vertex) {
    String unavailable = Engine.whyUnavailable();
    Object kind = vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex;
    return unavailable.isEmpty()
        ? "no kernel does all that this " + kind.getClass().getSimpleName() + " is configured to do"
        : unavailable;
  }

  private static List<LayerVertex> layers(ComputationGraphConfiguration configuration) {
    return configuration.getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .map(LayerVertex.class::cast)
        .toList();
  }

  /** Returns the output type of each vertex; empty if DL4J cannot infer it. */
  private static Map<String, InputType> types(String json, List<Long> features) {
    InputType type;
    if (features.size() == 1) {
      type = InputType.feedForward(features.get(0));
    } else if (features.size() == 3) {
      type = InputType.convolutional(features.get(1), features.get(2), features.get(0));
    } else {
      return Map.of();
    }
    try {
      // On another copy, because it inserts preprocessors.
      return ComputationGraphConfiguration.fromJson(json)
          .getLayerActivationTypes(true, false, type);
    } catch (RuntimeException e) {
      // A layer without type inference, perhaps the user's own, trains without it.
      LOG.log(
          System.Logger.Level.WARNING,
          "No layer is computed by oneDNN: DL4J cannot tell shapes",
          e);
      return Map.of();
    }
  }

  private void replaceLayers() {
    configuration.getVertices().replaceAll((name, vertex) -> replaced(name, vertex));
  }

  private GraphVertex replaced(String name, GraphVertex vertex) {
    List<InputType> inputs =
        configuration.getVertexInputs().get(name).stream().map(types::get).toList();
    if (!inputs.stream().allMatch(type -> isMaps(type) || isRows(type))) {
      return vertex;
    }
    if (vertex instanceof LayerVertex layer) {
      replaceLayer(name, layer, inputs.get(0));
      return layer;
    }
    boolean maps = inputs.stream().allMatch(Dl4jGraphBuilder::isMaps);
    if (maps && vertex.getClass() == MergeVertex.class) {
      return ((MergeVertex) vertex).getMergeAxis() == 1 ? new NativeConcatenation() : vertex;
    }
    boolean adds =
        vertex.getClass() == ElementWiseVertex.class
            && ((ElementWiseVertex) vertex).getOp() == ElementWiseVertex.Op.Add;
    boolean alike = new HashSet<>(inputs).size() == 1;
    return maps && adds && alike && inputs.size() == 2 ? new NativeSum(Function.IDENTITY) : vertex;
  }

  private void replaceLayer(String name, LayerVertex vertex, InputType input) {
    NeuralNetConfiguration settings = vertex.getLayerConf();
    Layer layer = settings.getLayer();
    boolean flattens = flattens(vertex, input);
    InputPreProcessor preprocessor = flattens ? null : vertex.getPreProcessor();
    InputType given = preprocessor == null ? input : preprocessor.getOutputType(input);
    if (!isMaps(given) && !isRows(given)) {
      return;
    }
    Set<String> sources = Set.copyOf(configuration.getVertexInputs().get(name));
    boolean first = preprocessor == null && configuration.getNetworkInputs().containsAll(sources);
    Optional<Layer> twin =
        NativeReplacements.find(layer, new NativeReplacements.Input(isMaps(given), first));
    if (twin.isPresent() && (isRows(given) || flattens || !takesRows(layer))) {
      settings.setLayer(twin.get());
      vertex.setPreProcessor(preprocessor);
    }
  }

  /** Whether its preprocessor only flattens, which a native dense layer does itself. */
  private static boolean flattens(LayerVertex vertex, InputType input) {
    return takesRows(vertex.getLayerConf().getLayer())
        && isMaps(input)
        && vertex.getPreProcessor() != null
        && vertex.getPreProcessor().getClass() == CnnToFeedForwardPreProcessor.class
        && ((CnnToFeedForwardPreProcessor) vertex.getPreProcessor()).getFormat()
            == CNN2DFormat.NCHW;
  }

  private static boolean takesRows(Layer layer) {
    return layer instanceof DenseLayer || layer instanceof OutputLayer;
  }

  private static boolean isMaps(InputType type) {
    return type instanceof InputType.InputTypeConvolutional maps
        && maps.getFormat() == CNN2DFormat.NCHW;
  }

  private static boolean isRows(InputType type) {
    return type instanceof InputType.InputTypeFeedForward;
  }
}
