package dev.convoy.worker.network.program;

import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
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
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Follows the nodes of a network and lists what is to be computed. */
final class Tracing {
  /** Pixels of a map from which their mean is taken in two steps, as in training. */
  private static final long MANY = 1024;

  private final Map<Integer, Value> values = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Value image;

  private Tracing(Network network) {
    image = new Value(LayerShape.of(network.input()));
    values.put(Node.IMAGE, image);
  }

  /**
   * What a program computes.
   *
   * @param image what enters
   * @param logits what the output layer puts out, before softmax
   */
  record Steplist(List<Step> steps, Value image, Value logits) {}

  /** Why there is no program for a network, or empty. */
  static Optional<String> whyNot(Network network) {
    if (network.output().isEmpty()) {
      return Optional.of(network.name() + " has no output");
    }
    return network.nodes().stream()
        .filter(Tracing::isUnknown)
        .map(node -> "oneDNN has no step for " + node.name())
        .findFirst();
  }

  private static boolean isUnknown(Node node) {
    return node.layer() instanceof LocalResponseNorm
        || (node.layer() instanceof Pool pool && pool.type() == PoolType.L2)
        || (node.layer() instanceof GlobalPool whole && whole.type() == PoolType.L2)
        // As in training: oneDNN's is not exact.
        || (node.layer() instanceof ActivationLayer one && one.function() == Activation.SOFTPLUS)
        || (node.layer() instanceof Residual sum && sum.activation() == Activation.SOFTPLUS);
  }

  /** The steps of a network whose nodes are all known. */
  static Steplist of(Network network) {
    Tracing tracing = new Tracing(network);
    for (Node node : network.nodes()) {
      tracing.values.put(node.index(), tracing.follow(node));
    }
    Value logits = tracing.values.get(network.nodes().size() - 1);
    return new Steplist(StepFolding.of(tracing.steps), tracing.image, logits);
  }

  private Value follow(Node node) {
    List<Value> inputs = node.inputs().stream().map(values::get).toList();
    if (node.layer() instanceof Leaf leaf) {
      return follow(node, leaf, inputs.get(0));
    }
    if (node.layer() instanceof Residual residual) {
      Function function = function(residual.activation());
      return add(new Steps.Add(inputs.get(0), inputs.get(1), new Value(node.output()), function));
    }
    return inputs.size() == 1
        ? inputs.get(0)
        : add(new Steps.Concatenate(inputs, new Value(node.output())));
  }

  private Value follow(Node node, Leaf leaf, Value input) {
    String name = node.name();
    if (leaf instanceof Conv conv) {
      return add(
          Product.convolution(
              name,
              Product.Weights.of(
                  "W",
                  conv.bias(),
                  conv.maps(),
                  input.shape().maps(),
                  conv.kernel().rows(),
                  conv.kernel().columns()),
              conv.slides(),
              input,
              node.output(),
              function(conv.activation())));
    }
    if (leaf instanceof DepthwiseConv conv) {
      Layout stored = depthwise(input.shape().maps(), conv.multiplier(), conv.kernel());
      return add(
          Product.convolution(
              name,
              new Product.Weights("W", stored, conv.bias()),
              conv.slides(),
              input,
              node.output(),
              function(conv.activation())));
    }
    if (leaf instanceof SeparableConv conv) {
      return separable(node, conv, input);
    }
    if (leaf instanceof Pool pool) {
      boolean largest = pool.type() == PoolType.MAX;
      Window window = pool.window().orElseThrow();
      return add(Steps.Pooled.windows(largest, input, new Value(node.output()), window));
    }
    if (leaf instanceof GlobalPool pool) {
      return globalPool(pool, input, new Value(node.output()));
    }
    if (leaf instanceof BatchNorm norm) {
      return add(new Steps.Normalise(name, norm.epsilon(), input, new Value(node.output()), false));
    }
    if (leaf instanceof ActivationLayer activation) {
      return activation.function() == Activation.IDENTITY
          ? input
          : add(new Steps.Apply(input, new Value(node.output()), function(activation.function())));
    }
    if (leaf instanceof Dropout) {
      return input;
    }
    if (leaf instanceof Flatten) {
      return input.shape().plane() == 1
          ? input
          : add(new Steps.Flat(input, new Value(node.output())));
    }
    if (leaf instanceof Dense dense) {
      return units(node, dense.bias(), input, function(dense.activation()));
    }
    if (leaf instanceof Output) {
      return units(node, true, input, Function.IDENTITY);
    }
    throw new IllegalStateException("No step for " + leaf.kind());
  }

  private Value add(Step step) {
    steps.add(step);
    return step.output();
  }

  private static Function function(Activation activation) {
    return Function.valueOf(activation.name());
  }

  private Value units(Node node, boolean bias, Value input, Function function) {
    LayerShape from = input.shape();
    Product.Weights weights =
        Product.Weights.of(
            "W", bias, node.output().maps(), from.maps(), from.height(), from.width());
    return add(Product.units(node.name(), weights, input, node.output(), function));
  }

  private Value globalPool(GlobalPool pool, Value input, Value output) {
    LayerShape shape = input.shape();
    if (pool.type() == PoolType.MAX || shape.plane() < MANY) {
      return add(Steps.Pooled.maps(pool.type() == PoolType.MAX, input, shape, output));
    }
    Value row = new Value(new LayerShape(shape.maps(), 1, shape.width(), false));
    add(Steps.Pooled.columnMeans(input, row));
    // One row of w columns lies as w rows of one column do.
    LayerShape column = new LayerShape(shape.maps(), shape.width(), 1, false);
    return add(Steps.Pooled.maps(false, row, column, output));
  }

  /** Stored as (rows, columns, input maps, multiplier). */
  private static Layout depthwise(long maps, long multiplier, Size kernel) {
    return stored(
        new long[] {maps, multiplier, 1, kernel.rows(), kernel.columns()},
        new long[] {multiplier, 1, 1, kernel.columns() * maps * multiplier, maps * multiplier});
  }

  private Value separable(Node node, SeparableConv conv, Value input) {
    LayerShape from = input.shape();
    Size kernel = conv.kernel();
    int between = from.maps() * conv.multiplier();
    // Stored as (multiplier, input maps, rows, columns).
    Layout layout =
        stored(
            new long[] {from.maps(), conv.multiplier(), 1, kernel.rows(), kernel.columns()},
            new long[] {kernel.area(), (long) from.maps() * kernel.area(), 1, kernel.columns(), 1});
    Value deep =
        add(
            Product.convolution(
                node.name(),
                new Product.Weights("W", layout, false),
                conv.slides(),
                input,
                conv.slides().over(from, between),
                Function.IDENTITY));
    return add(
        Product.convolution(
            node.name(),
            Product.Weights.of("pW", conv.bias(), conv.maps(), between, 1, 1),
            new Window(Size.ONE, Size.ONE, Size.ONE, Padding.valid()),
            deep,
            node.output(),
            function(conv.activation())));
  }

  /** Weights at given distances; along an axis of one the distance means nothing. */
  private static Layout stored(long[] shape, long[] strides) {
    long all = 1;
    for (long extent : shape) {
      all *= extent;
    }
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = shape[axis] == 1 ? all : strides[axis];
    }
    return Layout.strided(shape, strides);
  }
}
