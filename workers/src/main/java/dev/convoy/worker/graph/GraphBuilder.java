package dev.convoy.worker.graph;

import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.layer.NativeConfiguration;
import dev.convoy.worker.engine.layer.NativeLayer;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.BlockVisitor;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.Residual;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Maps a network to DL4J's {@link ComputationGraph}, the one network type inside Convoy.
 *
 * <p>Every node becomes the vertex of its name, but for an activation layer that {@link Form#FUSED}
 * puts into the layer before it; what DL4J needs beside that (zeros around a convolution with
 * four-sided padding, the sum before a residual's activation, a copy for plain DL4J's activation
 * layers) becomes vertices whose names have a dot, which names of layers cannot have. Vertices run,
 * and stored values lie, in the order of {@link Network#nodes()}. The same network and seed give
 * the same initial bits.
 */
public final class GraphBuilder {
  private static final String INPUT = "input";

  /** The seed and learning rate of a plain network, which its user will choose anew. */
  private static final long PLAIN_SEED = 1;

  private static final double PLAIN_LEARNING_RATE = 0.01;

  private final Network network;
  private final Dl4jLayerBuilder layers;
  private final Form form;
  private final ComputationGraphConfiguration.GraphBuilder graph;

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

  /** The same in a given form; the numbers are the same, but for rounding. */
  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed, Form form) {
    return build(network, optimizer, seed, form, DataType.FLOAT);
  }

  /** The same in another floating-point type, for numerical gradients. */
  static TrainableNetwork build(
      Network network, Optimizer optimizer, long seed, Form form, DataType type) {
    StepLearningRate learningRate = new StepLearningRate();
    boolean isNative = type == DataType.FLOAT && Engine.whyUnavailable().isEmpty();
    LayerFamily family = isNative ? new NativeFamily() : new PatchedFamily();
    Dl4jLayerBuilder layers =
        new Dl4jLayerBuilder(network, family, Updaters.of(optimizer, learningRate));
    ComputationGraph graph = new DotProductGraph(configuration(network, layers, seed, form, type));
    graph.init();
    Optional<Engine> engine = isNative ? Optional.of(attach(graph)) : Optional.empty();
    if (graph.numParams() != network.parameters()) {
      throw new IllegalStateException(
          "DL4J built "
              + graph.numParams()
              + " parameters where "
              + network.name()
              + " has "
              + network.parameters());
    }
    return new TrainableNetwork(network, graph, learningRate, engine);
  }

  /** What runs each node of a network on this machine, in their order. */
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

  /** The kinds of layers that oneDNN does not compute where it loads. */
  public static String withoutOneDnn() {
    return "dropout and L2 pools (in Java), softplus layers, and local response norms other than"
        + " of size 3 or 5 with beta 0.75 (DL4J's own)";
  }

  public static boolean isNative(GraphVertex vertex) {
    Object configuration =
        vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex;
    return configuration instanceof NativeConfiguration;
  }

  /** Gives an engine to all that computes with it. */
  public static Engine attach(ComputationGraph graph) {
    Engine engine = new Engine();
    for (Layer layer : graph.getLayers()) {
      if (layer instanceof NativeLayer one) {
        one.attach(engine);
      }
    }
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof NativeLayer one) {
        one.attach(engine);
      }
    }
    return engine;
  }

  /**
   * The network in DL4J's own classes alone, for export: any DL4J 1.0.0-M2 opens it. Its flat
   * parameters are laid out as those of {@link #build}, and with the same values it scores the
   * same.
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
   * Vertices in the order in which they were added. DL4J's own is by distance from the input, which
   * changes with every vertex between.
   */
  private static void keepOrder(ComputationGraphConfiguration configuration) {
    List<String> names = new ArrayList<>(configuration.getNetworkInputs());
    names.addAll(configuration.getVertices().keySet());
    configuration.setTopologicalOrder(IntStream.range(0, names.size()).toArray());
    configuration.setTopologicalOrderStr(names);
  }

  private void add(Node node) {
    if (node.layer() instanceof Flatten) {
      graph.addVertex(node.name(), flatten(node.input()), inputs(node));
    } else if (node.layer() instanceof Leaf leaf) {
      if (fusedInto(node).isEmpty()) {
        add(node, leaf);
      }
    } else {
      ((Block) node.layer()).accept(new Joins(), node);
    }
  }

  /** Adds the vertex in which the paths of a block are joined. */
  private final class Joins implements BlockVisitor<Void, Node> {
    @Override
    public Void visitInception(Inception inception, Node node) {
      graph.addVertex(node.name(), layers.family().concatenation(), inputs(node));
      return null;
    }

    @Override
    public Void visitResidual(Residual residual, Node node) {
      add(node, residual);
      return null;
    }
  }

  /** What is flat already is handed on, as the merge of one input. */
  private GraphVertex flatten(LayerShape input) {
    return input.flat() ? new MergeVertex() : layers.family().flatten(input);
  }

  private void add(Node node, Leaf leaf) {
    String from = inputs(node)[0];
    Optional<Padding> zeros = paddingOf(leaf).filter(padding -> !padding.isSymmetric());
    if (zeros.isPresent() && !layers.family().padsOnFourSides()) {
      Padding padding = zeros.get();
      String padded = node.name() + ".padding";
      graph.addLayer(
          padded,
          new ZeroPaddingLayer.Builder(
                  padding.top(), padding.bottom(), padding.left(), padding.right())
              .build(),
          from);
      from = padded;
    }
    if (leaf instanceof ActivationLayer
        && layers.family().activationNeedsCopy()
        && sharesItsInput(node)) {
      String copied = node.name() + ".copy";
      graph.addVertex(copied, new ScaleVertex(1), from);
      from = copied;
    }
    graph.addLayer(node.name(), layers.of(node, leaf, place(node)), from);
  }

  /** The node whose layer applies the function of this activation layer, if there is one. */
  private Optional<Node> fusedInto(Node node) {
    if (form != Form.FUSED
        || !(node.layer() instanceof ActivationLayer activation)
        || node.inputs().get(0) == Node.IMAGE) {
      return Optional.empty();
    }
    Node before = network.nodes().get(node.inputs().get(0));
    return before
        .leaf()
        .filter(leaf -> layers.family().fuses(leaf, activation.function()))
        .filter(leaf -> takers(before.index()) == 1)
        .map(leaf -> before);
  }

  /** The function of the activation layer behind a node, if it has no vertex of its own. */
  private Activation fused(Node node) {
    return network.nodes().stream()
        .filter(next -> next.inputs().contains(node.index()))
        .filter(next -> fusedInto(next).isPresent())
        .map(next -> ((ActivationLayer) next.layer()).function())
        .findFirst()
        .orElse(Activation.IDENTITY);
  }

  private LayerContext place(Node node) {
    boolean derivedBehind =
        network.nodes().stream()
            .filter(next -> next.inputs().contains(node.index()))
            .anyMatch(next -> derivedHere(next).isPresent());
    Activation derives = derivedHere(node).map(Conv::activation).orElse(Activation.IDENTITY);
    return new LayerContext(isFirst(node), fused(node), derives, derivedBehind);
  }

  /** The convolution that leaves the derivative of its function to this pool, if there is one. */
  private Optional<Conv> derivedHere(Node node) {
    if (form != Form.FUSED
        || !(node.layer() instanceof Pool pool)
        || node.inputs().get(0) == Node.IMAGE) {
      return Optional.empty();
    }
    Node before = network.nodes().get(node.inputs().get(0));
    return before.layer() instanceof Conv conv
            && takers(before.index()) == 1
            && layers.family().derivesBehind(conv, pool)
        ? Optional.of(conv)
        : Optional.empty();
  }

  /** The vertex that puts out what the node does. */
  private String vertex(Node node) {
    return fusedInto(node).orElse(node).name();
  }

  /**
   * Whether the array that a node takes may be taken by another, too, or is the caller's. Dropout
   * and flattening hand their input on as it is when they score, and so does the join of one path.
   */
  private boolean sharesItsInput(Node node) {
    int from = node.inputs().get(0);
    while (from != Node.IMAGE && takers(from) == 1) {
      Node source = network.nodes().get(from);
      boolean handsOn =
          source.inputs().size() == 1
              && (source.layer() instanceof Dropout
                  || source.layer() instanceof Flatten
                  || source.layer() instanceof ActivationLayer
                  || source.layer() instanceof Inception);
      if (!handsOn) {
        return false;
      }
      from = source.inputs().get(0);
    }
    return true;
  }

  private long takers(int index) {
    return network.nodes().stream().filter(node -> node.inputs().contains(index)).count();
  }

  /** Whether it is the only one that takes the image. */
  private boolean isFirst(Node node) {
    return node.inputs().get(0) == Node.IMAGE && takers(Node.IMAGE) == 1;
  }

  private static Optional<Padding> paddingOf(Leaf leaf) {
    return leaf instanceof Convolution conv ? Optional.of(conv.padding()) : Optional.empty();
  }

  private void add(Node node, Residual residual) {
    Optional<GraphVertex> whole = layers.family().sum(residual.activation());
    if (whole.isPresent()) {
      graph.addVertex(node.name(), whole.get(), inputs(node));
      return;
    }
    ElementWiseVertex sum = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    if (residual.activation() == Activation.IDENTITY) {
      graph.addVertex(node.name(), sum, inputs(node));
      return;
    }
    String added = node.name() + ".sum";
    graph.addVertex(added, sum, inputs(node));
    graph.addLayer(node.name(), layers.family().activation(residual.activation()), added);
  }

  private String[] inputs(Node node) {
    return node.inputs().stream()
        .map(index -> index == Node.IMAGE ? INPUT : vertex(network.nodes().get(index)))
        .toArray(String[]::new);
  }
}
