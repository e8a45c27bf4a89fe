package dev.convoy.worker.graph;

import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.layer.NativeConfiguration;
import dev.convoy.worker.engine.layer.NativeLayer;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.program.Programs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Maps a network to DL4J's {@link ComputationGraph}, the one network type inside Convoy.
 *
 * <p>Every node becomes the vertex of its name, except an activation layer that {@link Form#FUSED}
 * fuses into the layer before it. Additional vertices that DL4J needs (zero padding for a
 * convolution with four-sided padding, the sum before a residual's activation, a copy for plain
 * DL4J's activation layers) have a dot in their names, which names of layers cannot have. Vertices
 * and parameters are in the order of {@link Network#nodes()}. Equal networks and seeds give equal
 * initial parameters, to the bit.
 */
public final class GraphBuilder {
  private static final String INPUT = "input";

  /** Seed and learning rate of an exported network, which its user will replace. */
  private static final long PLAIN_SEED = 1;

  private static final double PLAIN_LEARNING_RATE = 0.01;

  private final Network network;
  private final Dl4jLayerBuilder layers;
  private final Form form;
  private final ComputationGraphConfiguration.GraphBuilder graph;

  /** Indices of the nodes whose output in scoring may be the same array as their input. */
  private final Set<Integer> passingOn = new HashSet<>();

  private GraphBuilder(
      Network network,
      Dl4jLayerBuilder layers,
      Form form,
      ComputationGraphConfiguration.GraphBuilder graph) {
    this.network = network;
    this.layers = layers;
    this.form = form;
    this.graph = graph;
  }

  /** Builds a network with its initial parameters, on the calling thread. */
  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed) {
    return build(network, optimizer, seed, Form.FUSED);
  }

  /** Builds a network in a given form. Outputs of different forms are equal up to rounding. */
  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed, Form form) {
    return build(network, optimizer, seed, form, Precision.FLOAT32, Arithmetic.FLOAT32);
  }

  /**
   * Builds a network that trains and scores in given precisions. Its parameters do not depend on
   * them.
   *
   * @param precision in which it trains
   * @param scoring in which its programs score
   * @throws IllegalArgumentException if {@link #whyNotIn} has something against the precision, or
   *     {@link Programs#whyNotIn} against the arithmetic
   */
  public static TrainableNetwork build(
      Network network,
      Optimizer optimizer,
      long seed,
      Form form,
      Precision precision,
      Arithmetic scoring) {
    whyNotIn(network, precision)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "Cannot train " + network.name() + " in " + precision + ": " + reason);
            });
    return build(network, optimizer, seed, form, DataType.FLOAT, precision.valueType(), scoring);
  }

  /** Returns why a network cannot train in a precision on this machine, or empty if it can. */
  public static Optional<String> whyNotIn(Network network, Precision precision) {
    if (precision == Precision.FLOAT32) {
      return Optional.empty();
    }
    if (precision == Precision.INT8) {
      return Optional.of("integers are for scoring alone");
    }
    return precision
        .whySlow()
        .or(
            () ->
                kernels(network).stream()
                    .filter(LayerKernel::isBuiltIn)
                    .findFirst()
                    .map(kernel -> "DL4J itself computes " + kernel.layer() + ", in float32 only"));
  }

  /** Builds a network in a given floating-point type, for numerical gradients. */
  static TrainableNetwork build(
      Network network, Optimizer optimizer, long seed, Form form, DataType type) {
    return build(network, optimizer, seed, form, type, ValueType.FLOAT32, Arithmetic.FLOAT32);
  }

  private static TrainableNetwork build(
      Network network,
      Optimizer optimizer,
      long seed,
      Form form,
      DataType type,
      ValueType values,
      Arithmetic scoring) {
    StepLearningRate learningRate = new StepLearningRate();
    boolean isNative = type == DataType.FLOAT && Engine.whyUnavailable().isEmpty();
    LayerFamily family = isNative ? new NativeFamily() : new PatchedFamily();
    Dl4jLayerBuilder layers =
        new Dl4jLayerBuilder(network, family, Updaters.of(optimizer, learningRate));
    ComputationGraph graph = new DotProductGraph(configuration(network, layers, seed, form, type));
    graph.init();
    Optional<Engine> engine = isNative ? Optional.of(attach(graph, values)) : Optional.empty();
    if (graph.numParams() != network.parameters()) {
      throw new IllegalStateException(
          "DL4J built "
              + graph.numParams()
              + " parameters where "
              + network.name()
              + " has "
              + network.parameters());
    }
    return new TrainableNetwork(network, graph, learningRate, engine, scoring);
  }

  /**
   * Returns the implementation of each node of a network on this machine, in the order of the
   * nodes.
   */
  public static List<LayerKernel> kernels(Network network) {
    String unavailable = Engine.whyUnavailable();
    if (!unavailable.isEmpty()) {
      return network.nodes().stream()
          .map(node -> LayerKernel.builtIn(node.name(), unavailable))
          .toList();
    }
    NativeFamily family = new NativeFamily();
    Dl4jLayerBuilder layers =
        new Dl4jLayerBuilder(network, family, Updaters.plain(PLAIN_LEARNING_RATE));
    Map<String, GraphVertex> vertices =
        configuration(network, layers, PLAIN_SEED, Form.EVERY_NODE, DataType.FLOAT).getVertices();
    return network.nodes().stream()
        .map(node -> kernel(node, vertices.get(node.name()), family))
        .toList();
  }

  private static LayerKernel kernel(Node node, GraphVertex vertex, NativeFamily family) {
    if (family.isInJava(node)) {
      return LayerKernel.java(node.name());
    }
    return isNative(vertex)
        ? LayerKernel.oneDnn(node.name())
        : LayerKernel.builtIn(node.name(), family.whyBuiltIn(node));
  }

  /** Returns the kinds of layers that are not computed by oneDNN even where it is available. */
  public static String withoutOneDnn() {
    return "dropout and L2 pools (in Java), softplus layers, and local response norms other than"
        + " of size 3 or 5 with beta 0.75 (DL4J's own)";
  }

  public static boolean isNative(GraphVertex vertex) {
    Object configuration =
        vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex;
    return configuration instanceof NativeConfiguration;
  }

  /**
   * Creates an engine and attaches it to all native layers and vertices.
   *
   * @param values type of activations and their gradients
   */
  public static Engine attach(ComputationGraph graph, ValueType values) {
    Engine engine = new Engine();
    for (Layer layer : graph.getLayers()) {
      if (layer instanceof NativeLayer one) {
        one.attach(engine, values);
      }
    }
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof NativeLayer one) {
        one.attach(engine, values);
      }
    }
    return engine;
  }

  /**
   * Returns the configuration of a network in DL4J's own classes, for export: any DL4J 1.0.0-M2
   * opens it. Its flat parameters have the layout of {@link #build}, and equal parameters give
   * equal scores.
   */
  public static ComputationGraphConfiguration plain(Network network) {
    Dl4jLayerBuilder layers =
        new Dl4jLayerBuilder(network, new PlainFamily(), Updaters.plain(PLAIN_LEARNING_RATE));
    return configuration(network, layers, PLAIN_SEED, Form.EVERY_NODE, DataType.FLOAT);
  }

  private static ComputationGraphConfiguration configuration(
      Network network, Dl4jLayerBuilder layers, long seed, Form form, DataType type) {
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .graphBuilder()
            .addInputs(INPUT)
            .setInputTypes(
                InputType.convolutional(
                    network.input().height(), network.input().width(), network.input().channels()));
    GraphBuilder builder = new GraphBuilder(network, layers, form, graph);
    network.nodes().forEach(builder::add);
    List<Node> nodes = network.nodes();
    ComputationGraphConfiguration configuration =
        graph.setOutputs(builder.vertex(nodes.get(nodes.size() - 1))).build();
    keepOrder(configuration);
    return configuration;
  }

  /**
   * Sets the order of the vertices to that in which they were added. DL4J orders them by distance
   * from the input, which changes with every additional vertex.
   */
  private static void keepOrder(ComputationGraphConfiguration configuration) {
    List<String> names = new ArrayList<>(configuration.getNetworkInputs());
    names.addAll(configuration.getVertices().keySet());
    configuration.setTopologicalOrder(IntStream.range(0, names.size()).toArray());
    configuration.setTopologicalOrderStr(names);
  }

  private void add(Node node) {
    if (fusedInto(node).isPresent()) {
      return;
    }
    GraphPart part = layers.build(node, context(node));
    part.addTo(graph, node.name(), inputs(node));
    if (part.passesInputOn() && node.inputs().size() == 1) {
      passingOn.add(node.index());
    }
  }

  /** Returns the node into whose layer this activation layer is fused, if any. */
  private Optional<Node> fusedInto(Node node) {
    Optional<Activation> function = node.layer().elementwise();
    if (form != Form.FUSED || function.isEmpty() || node.inputs().get(0) == Node.IMAGE) {
      return Optional.empty();
    }
    Node before = network.nodes().get(node.inputs().get(0));
    return before
        .leaf()
        .filter(leaf -> layers.family().fuses(leaf, function.get()))
        .filter(leaf -> consumers(before.index()) == 1)
        .map(leaf -> before);
  }

  /** Returns the function of the activation layer that is fused into a node, or the identity. */
  private Activation fusedActivation(Node node) {
    return network.nodes().stream()
        .filter(next -> next.inputs().contains(node.index()))
        .filter(next -> fusedInto(next).isPresent())
        .flatMap(next -> next.layer().elementwise().stream())
        .findFirst()
        .orElse(Activation.IDENTITY);
  }

  private LayerContext context(Node node) {
    boolean derivativeInPool =
        network.nodes().stream()
            .filter(next -> next.inputs().contains(node.index()))
            .anyMatch(next -> convolutionDerivedBy(next).isPresent());
    Activation preceding =
        convolutionDerivedBy(node).map(Conv::activation).orElse(Activation.IDENTITY);
    return new LayerContext(
        isFirst(node), fusedActivation(node), preceding, derivativeInPool, sharesInput(node));
  }

  /** Returns the convolution whose activation derivative this pool applies, if any. */
  private Optional<Conv> convolutionDerivedBy(Node node) {
    if (form != Form.FUSED
        || !(node.layer() instanceof Pool pool)
        || node.inputs().get(0) == Node.IMAGE) {
      return Optional.empty();
    }
    Node before = network.nodes().get(node.inputs().get(0));
    return before.layer() instanceof Conv conv
            && consumers(before.index()) == 1
            && layers.family().poolAppliesDerivative(conv, pool)
        ? Optional.of(conv)
        : Optional.empty();
  }

  /** Returns the name of the vertex with the output of a node. */
  private String vertex(Node node) {
    return fusedInto(node).orElse(node).name();
  }

  /**
   * Returns whether the input array of a node may also be read by another node or belong to the
   * caller. In scoring, dropout, flattening and a join of one path pass their input array on.
   */
  private boolean sharesInput(Node node) {
    int from = node.inputs().get(0);
    while (from != Node.IMAGE && consumers(from) == 1) {
      if (!passingOn.contains(from)) {
        return false;
      }
      from = network.nodes().get(from).inputs().get(0);
    }
    return true;
  }

  private long consumers(int index) {
    return network.nodes().stream().filter(node -> node.inputs().contains(index)).count();
  }

  /** Returns whether the node is the only consumer of the image. */
  private boolean isFirst(Node node) {
    return node.inputs().get(0) == Node.IMAGE && consumers(Node.IMAGE) == 1;
  }

  private String[] inputs(Node node) {
    return node.inputs().stream()
        .map(index -> index == Node.IMAGE ? INPUT : vertex(network.nodes().get(index)))
        .toArray(String[]::new);
  }
}
