package dev.convoy.worker.export;

import static dev.convoy.worker.export.OnnxGraph.attribute;

import dev.convoy.worker.export.OnnxWindows.Slide;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
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

/**
 * What becomes of each node in ONNX. The ONNX node that computes it has its name; what it needs
 * beside that, such as its activation, has the name with a word after a dot.
 */
final class OnnxLayers implements LayerVisitor<String, OnnxLayers.Input> {
  /** What the graph puts out. */
  static final String PROBABILITIES = "probabilities";

  private final OnnxGraph graph;
  private final OnnxWindows windows;
  private final StoredTensors stored;
  private final int labels;

  /** A node, and the values that it takes: one for a leaf. */
  record Input(Node node, List<String> values) {
    private String from() {
      return values.get(0);
    }
  }

  OnnxLayers(OnnxGraph graph, Network network, StoredTensors stored) {
    this.graph = graph;
    this.windows = new OnnxWindows(graph, network.accepts());
    this.stored = stored;
    this.labels = network.labels();
  }

  /** Adds a node on the values that it takes; returns the one that it puts out. */
  String add(Node node, List<String> values) {
    return node.layer().accept(this, new Input(node, values));
  }

  @Override
  public String visitInception(Inception inception, Input in) {
    return graph.add("Concat", in.node.name(), in.values, attribute("axis", 1));
  }

  @Override
  public String visitResidual(Residual residual, Input in) {
    String sum = graph.add("Add", in.node.name(), in.values);
    return activate(in.node.name(), residual.activation(), sum);
  }

  @Override
  public String visitConv(Conv conv, Input in) {
    String name = in.node.name();
    Slide slide = windows.convolution(in.node, conv.slidingWindow(), in.from());
    long maps = in.node.input().maps();
    float[] weights = weights(in.node, tensor(in.node, conv, Conv.WEIGHTS));
    String sum =
        convolve(name, slide, 1, weights, shape(conv.maps(), maps, conv.kernel()), conv.bias());
    return activate(name, conv.activation(), sum);
  }

  @Override
  public String visitDepthwiseConv(DepthwiseConv conv, Input in) {
    return activate(in.node.name(), conv.activation(), depthwise(in.node, conv, in.from()));
  }

  @Override
  public String visitSeparableConv(SeparableConv conv, Input in) {
    return activate(in.node.name(), conv.activation(), separable(in.node, conv, in.from()));
  }

  @Override
  public String visitActivation(ActivationLayer activation, Input in) {
    return activate(in.node.name(), in.node.name(), activation.function(), in.from());
  }

  @Override
  public String visitDropout(Dropout dropout, Input in) {
    return in.from();
  }

  @Override
  public String visitFlatten(Flatten flatten, Input in) {
    return flat(in.node, in.from());
  }

  @Override
  public String visitDense(Dense dense, Input in) {
    String sum = dense(in.node, dense.units(), dense.bias(), in.from());
    return activate(in.node.name(), dense.activation(), sum);
  }

  @Override
  public String visitOutput(Output output, Input in) {
    String sum = dense(in.node, labels, true, in.from());
    return graph.addAs(
        PROBABILITIES, "Softmax", in.node.name() + ".softmax", List.of(sum), attribute("axis", 1));
  }

  private static long[] shape(long maps, long inputs, Size kernel) {
    return new long[] {maps, inputs, kernel.rows(), kernel.columns()};
  }

  /** The weights of a convolution as ONNX wants them: maps, then what each has of every input. */
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

  private String convolve(
      String name, Slide slide, long groups, float[] weights, long[] shape, boolean bias) {
    List<String> inputs = new ArrayList<>();
    inputs.add(slide.from());
    inputs.add(graph.constant(name + ".W", weights, shape));
    if (bias) {
      inputs.add(bias(name, shape[0]));
    }
    return graph.add("Conv", name, inputs, slide.with(attribute("group", groups)));
  }

  private String bias(String name, long units) {
    return graph.constant(
        name + ".b", stored.rowMajor(name, TensorLayout.BIAS.parameter(), 1, units), units);
  }

  /** In as many groups as input maps: output map {@code c·m + j} comes of input map {@code c}. */
  private String depthwise(Node node, DepthwiseConv conv, String from) {
    int maps = node.input().maps();
    return convolve(
        node.name(),
        windows.convolution(node, conv.slidingWindow(), from),
        maps,
        weights(node, tensor(node, conv, DepthwiseConv.WEIGHTS)),
        shape((long) maps * conv.multiplier(), 1, conv.kernel()),
        conv.bias());
  }

  /** Two convolutions: the first in groups, as {@link #depthwise} has them, the second 1×1. */
  private String separable(Node node, SeparableConv conv, String from) {
    String name = node.name();
    int maps = node.input().maps();
    long between = (long) maps * conv.multiplier();
    String deep =
        convolve(
            name + ".depthwise",
            windows.convolution(node, conv.slidingWindow(), from),
            maps,
            weights(node, tensor(node, conv, SeparableConv.DEPTHWISE)),
            shape(between, 1, conv.kernel()),
            false);
    List<String> inputs = new ArrayList<>();
    inputs.add(deep);
    float[] pointwise = weights(node, tensor(node, conv, SeparableConv.POINTWISE));
    inputs.add(graph.constant(name + ".pW", pointwise, shape(conv.maps(), between, Size.ONE)));
    if (conv.bias()) {
      inputs.add(bias(name, conv.maps()));
    }
    return graph.add("Conv", name, inputs);
  }

  @Override
  public String visitPool(Pool pool, Input in) {
    Node node = in.node;
    Window window = pool.window().orElseThrow();
    Slide slide = windows.pool(node, window, in.from());
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
  public String visitGlobalPool(GlobalPool pool, Input in) {
    String name = in.node.name();
    List<String> inputs = List.of(in.from());
    String pooled =
        switch (pool.type()) {
          case MAX -> graph.add("GlobalMaxPool", name, inputs);
          case AVERAGE -> graph.add("GlobalAveragePool", name, inputs);
          case L2 -> graph.add("GlobalLpPool", name, inputs, attribute("p", pool.exponent()));
        };
    return graph.add("Flatten", name + ".flatten", List.of(pooled), attribute("axis", 1));
  }

  @Override
  public String visitBatchNorm(BatchNorm norm, Input in) {
    Node node = in.node;
    List<String> inputs = new ArrayList<>();
    inputs.add(in.from());
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
   * ONNX divides alpha by the number of maps. Where alpha or beta is 0, which onnxruntime refuses,
   * every value is divided by {@code k^beta}.
   */
  @Override
  public String visitLocalResponseNorm(LocalResponseNorm norm, Input in) {
    String name = in.node.name();
    double alpha = norm.alpha() * norm.size();
    if ((float) alpha == 0 || (float) norm.beta() == 0) {
      float factor = (float) Math.pow(norm.k(), -norm.beta());
      String factors = graph.constant(name + ".factor", new float[] {factor}, 1);
      return graph.add("Mul", name, List.of(in.from(), factors));
    }
    return graph.add(
        "LRN",
        name,
        List.of(in.from()),
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
    List<String> inputs = new ArrayList<>();
    inputs.add(flat(node, from));
    inputs.add(
        graph.constant(
            name + ".W",
            stored.rowMajor(name, Dense.WEIGHTS.parameter(), size, units),
            size,
            units));
    if (bias) {
      inputs.add(bias(name, units));
    }
    return graph.add("Gemm", name, inputs);
  }

  /** The activation of a layer or block, after it. */
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
