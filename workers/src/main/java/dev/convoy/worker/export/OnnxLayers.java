package dev.convoy.worker.export;

import static dev.convoy.worker.export.OnnxGraph.attribute;

import dev.convoy.worker.export.OnnxIntegers.Scales;
import dev.convoy.worker.export.OnnxWindows.Slide;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.StoredTensor;
import dev.convoy.worker.network.layer.TensorLayout;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import dev.convoy.worker.network.layer.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Translates each node of a network to ONNX. The ONNX node that computes it has its name; further
 * nodes, such as its activation, have that name with a dot and a word appended.
 */
final class OnnxLayers implements LayerVisitor<String, OnnxLayers.Input> {
  /** The name of the graph's output. */
  static final String PROBABILITIES = "probabilities";

  private final OnnxGraph graph;
  private final OnnxWindows windows;
  private final StoredTensors stored;
  private final Optional<OnnxIntegers> integers;
  private final int labels;

  /** A node and the names of its input values: one for a leaf. */
  record Input(Node node, List<String> values) {
    private String from() {
      return values.get(0);
    }
  }

  /**
   * Starts without nodes.
   *
   * @param integers of the layers of a quantized model
   */
  OnnxLayers(
      OnnxGraph graph, Network network, StoredTensors stored, Optional<OnnxIntegers> integers) {
    this.graph = graph;
    this.integers = integers;
    this.windows = new OnnxWindows(graph, network.accepts());
    this.stored = stored;
    this.labels = network.labels();
  }

  /** Adds a node with its input values; returns its output value. */
  String add(Node node, List<String> values) {
    return node.layer().accept(this, new Input(node, values));
  }

  @Override
  public String visitInception(Inception inception, Input input) {
    return graph.add("Concat", input.node.name(), input.values, attribute("axis", 1));
  }

  @Override
  public String visitResidual(Residual residual, Input input) {
    String sum = graph.add("Add", input.node.name(), input.values);
    return activate(input.node.name(), residual.activation(), sum);
  }

  @Override
  public String visitConv(Conv conv, Input input) {
    String name = input.node.name();
    Node node = input.node;
    Optional<Range> range = range(node);
    Slide slide = windows.convolution(node, conv.slidingWindow(), rounded(input.from(), range));
    Linear linear =
        new Linear(
            weights(node, tensor(node, conv, Conv.WEIGHTS)),
            shape(conv.maps(), node.input().maps(), conv.kernel()),
            conv.bias(),
            range);
    String sum = convolve(name, slide, 1, linear);
    return activate(name, conv.activation(), sum);
  }

  @Override
  public String visitDepthwiseConv(DepthwiseConv conv, Input input) {
    return activate(
        input.node.name(), conv.activation(), depthwise(input.node, conv, input.from()));
  }

  @Override
  public String visitSeparableConv(SeparableConv conv, Input input) {
    return activate(
        input.node.name(), conv.activation(), separable(input.node, conv, input.from()));
  }

  @Override
  public String visitActivation(ActivationLayer activation, Input input) {
    return activate(input.node.name(), input.node.name(), activation.function(), input.from());
  }

  @Override
  public String visitDropout(Dropout dropout, Input input) {
    return input.from();
  }

  @Override
  public String visitFlatten(Flatten flatten, Input input) {
    return flat(input.node, input.from());
  }

  @Override
  public String visitDense(Dense dense, Input input) {
    String sum = dense(input.node, dense.units(), dense.bias(), input.from());
    return activate(input.node.name(), dense.activation(), sum);
  }

  @Override
  public String visitOutput(Output output, Input input) {
    String sum = dense(input.node, labels, true, input.from());
    return graph.addAs(
        PROBABILITIES,
        "Softmax",
        input.node.name() + ".softmax",
        List.of(sum),
        attribute("axis", 1));
  }

  private static long[] shape(long maps, long inputs, Size kernel) {
    return new long[] {maps, inputs, kernel.rows(), kernel.columns()};
  }

  /**
   * Returns the weights of a convolution in ONNX's order: output maps, input maps, rows, columns.
   */
  private float[] weights(Node node, StoredTensor tensor) {
    return stored.ordered(
        node.name(), tensor, Axis.OUTPUTS, Axis.INPUTS, Axis.MULTIPLIER, Axis.ROWS, Axis.COLUMNS);
  }

  private static StoredTensor tensor(Node node, Leaf leaf, TensorLayout layout) {
    // Labels do not matter to convolutions.
    return leaf.tensors(node.input(), 1).stream()
        .filter(one -> one.layout().equals(layout))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the range of a node's input if the node computes in integers. */
  private Optional<Range> range(Node node) {
    return integers.filter(all -> all.has(node)).map(all -> all.input(node));
  }

  /** Returns the range of a value inside of a node, if the node computes in integers. */
  private Optional<Range> inside(Node node, String value) {
    return integers.filter(all -> all.has(node)).map(all -> all.inside(value));
  }

  /** Rounds a value to integers, if a range is given. */
  private String rounded(String value, Optional<Range> range) {
    return range.map(known -> integers.orElseThrow().round(value, known)).orElse(value);
  }

  /**
   * The stored values of a convolution.
   *
   * @param weights row-major
   * @param shape output maps, input maps of a group, rows, columns
   * @param range of the input, if it computes in integers
   */
  private record Linear(float[] weights, long[] shape, boolean bias, Optional<Range> range) {}

  private String convolve(String name, Slide slide, long groups, Linear linear) {
    List<String> inputs = new ArrayList<>();
    inputs.add(slide.from());
    inputs.addAll(stored(name, name + ".W", 0, linear));
    return graph.add("Conv", name, inputs, slide.with(attribute("group", groups)));
  }

  /**
   * Adds the weights and biases of a layer.
   *
   * @param layer whose biases they are
   * @param axis of the output maps or units in the shape of the weights
   */
  private List<String> stored(String layer, String weights, int axis, Linear linear) {
    int maps = Math.toIntExact(linear.shape[axis]);
    List<String> names = new ArrayList<>();
    Optional<Scales> scales =
        linear.range.map(range -> OnnxIntegers.scales(range, linear.weights, maps, axis));
    names.add(
        scales
            .map(
                known ->
                    integers
                        .orElseThrow()
                        .weights(weights, linear.weights, known, axis, linear.shape))
            .orElseGet(() -> graph.constant(weights, linear.weights, linear.shape)));
    if (linear.bias) {
      String name = layer + ".b";
      float[] biases = stored.rowMajor(layer, TensorLayout.BIAS.parameter(), 1, maps);
      names.add(
          scales
              .map(known -> integers.orElseThrow().bias(name, biases, known))
              .orElseGet(() -> graph.constant(name, biases, maps)));
    }
    return names;
  }

  /**
   * Adds a convolution with one group per input map: output map {@code c·m + j} is from map {@code
   * c}.
   */
  private String depthwise(Node node, DepthwiseConv conv, String from) {
    int maps = node.input().maps();
    Optional<Range> range = range(node);
    return convolve(
        node.name(),
        windows.convolution(node, conv.slidingWindow(), rounded(from, range)),
        maps,
        new Linear(
            weights(node, tensor(node, conv, DepthwiseConv.WEIGHTS)),
            shape((long) maps * conv.multiplier(), 1, conv.kernel()),
            conv.bias(),
            range));
  }

  /** Adds two convolutions: one with groups as in {@link #depthwise}, then one of 1×1. */
  private String separable(Node node, SeparableConv conv, String from) {
    String name = node.name();
    int maps = node.input().maps();
    long between = (long) maps * conv.multiplier();
    // Convoy has no integers for groups of several maps.
    Optional<Range> range = conv.multiplier() == 1 ? range(node) : Optional.empty();
    String deep =
        convolve(
            name + ".depthwise",
            windows.convolution(node, conv.slidingWindow(), rounded(from, range)),
            maps,
            new Linear(
                weights(node, tensor(node, conv, SeparableConv.DEPTHWISE)),
                shape(between, 1, conv.kernel()),
                false,
                range));
    Optional<Range> inside = inside(node, name + ".depthwise");
    List<String> inputs = new ArrayList<>();
    inputs.add(rounded(deep, inside));
    inputs.addAll(
        stored(
            name,
            name + ".pW",
            0,
            new Linear(
                weights(node, tensor(node, conv, SeparableConv.POINTWISE)),
                shape(conv.maps(), between, Size.ONE),
                conv.bias(),
                inside)));
    return graph.add("Conv", name, inputs);
  }

  @Override
  public String visitPool(Pool pool, Input input) {
    Node node = input.node;
    Window window = pool.window().orElseThrow();
    Slide slide = windows.pool(node, window, input.from());
    List<String> inputs = List.of(slide.from());
    return switch (pool.type()) {
      case MAX -> graph.add("MaxPool", node.name(), inputs, slide.with());
      case AVERAGE ->
          graph.add(
              "AveragePool", node.name(), inputs, slide.with(attribute("count_include_pad", 0)));
      case L2 ->
          graph.add("LpPool", node.name(), inputs, slide.with(attribute("p", pool.exponent())));
    };
  }

  @Override
  public String visitGlobalPool(GlobalPool pool, Input input) {
    String name = input.node.name();
    List<String> inputs = List.of(input.from());
    String pooled =
        switch (pool.type()) {
          case MAX -> graph.add("GlobalMaxPool", name, inputs);
          case AVERAGE -> graph.add("GlobalAveragePool", name, inputs);
          case L2 -> graph.add("GlobalLpPool", name, inputs, attribute("p", pool.exponent()));
        };
    return graph.add("Flatten", name + ".flatten", List.of(pooled), attribute("axis", 1));
  }

  @Override
  public String visitBatchNorm(BatchNorm norm, Input input) {
    Node node = input.node;
    List<String> inputs = new ArrayList<>();
    inputs.add(input.from());
    long maps = node.input().maps();
    for (TensorLayout layout :
        List.of(BatchNorm.GAMMA, BatchNorm.BETA, BatchNorm.MEAN, BatchNorm.VARIANCE)) {
      float[] values = stored.rowMajor(node.name(), layout.parameter(), 1, maps);
      inputs.add(graph.constant(node.name() + "." + layout.parameter(), values, maps));
    }
    return graph.add(
        "BatchNormalization", node.name(), inputs, attribute("epsilon", norm.epsilon()));
  }

  /**
   * Multiplies alpha by the number of maps, because ONNX divides by it. If alpha or beta is 0,
   * which onnxruntime refuses, every value is divided by {@code k^beta}.
   */
  @Override
  public String visitLocalResponseNorm(LocalResponseNorm norm, Input input) {
    String name = input.node.name();
    double alpha = norm.alpha() * norm.size();
    if ((float) alpha == 0 || (float) norm.beta() == 0) {
      float factor = (float) Math.pow(norm.k(), -norm.beta());
      String factors = graph.constant(name + ".factor", new float[] {factor}, 1);
      return graph.add("Mul", name, List.of(input.from(), factors));
    }
    return graph.add(
        "LRN",
        name,
        List.of(input.from()),
        attribute("size", norm.size()),
        attribute("alpha", alpha),
        attribute("beta", norm.beta()),
        attribute("bias", norm.k()));
  }

  private String flat(Node node, String from) {
    return node.input().flat()
        ? from
        : graph.add("Flatten", node.name() + ".flatten", List.of(from), attribute("axis", 1));
  }

  private String dense(Node node, int units, boolean bias, String from) {
    String name = node.name();
    long size = node.input().size();
    Optional<Range> range = range(node);
    List<String> inputs = new ArrayList<>();
    inputs.add(flat(node, rounded(from, range)));
    float[] weights = stored.rowMajor(name, Dense.WEIGHTS.parameter(), size, units);
    inputs.addAll(
        stored(name, name + ".W", 1, new Linear(weights, new long[] {size, units}, bias, range)));
    return graph.add("Gemm", name, inputs);
  }

  /** Adds the activation of a layer or block. */
  private String activate(String layer, Activation activation, String from) {
    return activate(layer + "." + activation.key(), layer, activation, from);
  }

  private String activate(String name, String layer, Activation activation, String from) {
    List<String> inputs = List.of(from);
    return switch (activation) {
      case IDENTITY -> from;
      case RELU -> graph.add("Relu", name, inputs);
      case RELU6 -> {
        String least = graph.constant(layer + ".least", new float[] {0});
        String most = graph.constant(layer + ".most", new float[] {6});
        yield graph.add("Clip", name, List.of(from, least, most));
      }
      case LEAKY_RELU -> graph.add("LeakyRelu", name, inputs, attribute("alpha", 0.01));
      case ELU -> graph.add("Elu", name, inputs, attribute("alpha", 1.0));
      case SIGMOID -> graph.add("Sigmoid", name, inputs);
      case TANH -> graph.add("Tanh", name, inputs);
      case SOFTPLUS -> graph.add("Softplus", name, inputs);
      case SWISH -> {
        String gate = graph.add("Sigmoid", layer + ".gate", inputs);
        yield graph.add("Mul", name, List.of(from, gate));
      }
    };
  }
}
