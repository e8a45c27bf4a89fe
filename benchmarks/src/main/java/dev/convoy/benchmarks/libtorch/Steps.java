package dev.convoy.benchmarks.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import dev.convoy.benchmarks.libtorch.LibtorchNetwork.Step;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;

/** Creates the operations of a libtorch network, each with its stored values. */
final class Steps implements LayerVisitor<Step, Node> {
  /** Tells DJL that the maps are on the axis where libtorch expects them. */
  private static final int AXIS_OF_MAPS = -1;

  private final StoredValues stored;
  private final int labels;
  private final SamePadding same;

  Steps(StoredValues stored, int labels, SamePadding same) {
    this.stored = stored;
    this.labels = labels;
    this.same = same;
  }

  Step of(Node node) {
    return node.layer().accept(this, node);
  }

  @Override
  public Step visitResidual(Residual residual, Node node) {
    Step sum = (inputs, training) -> inputs.get(0).add(inputs.get(1));
    return then(sum, residual.activation());
  }

  @Override
  public Step visitInception(Inception inception, Node node) {
    return (inputs, training) -> NDArrays.concat(new NDList(inputs), 1);
  }

  @Override
  public Step visitDepthwiseConv(DepthwiseConv conv, Node node) {
    if (conv.multiplier() != 1) {
      throw unknown(node);
    }
    int maps = node.input().maps();
    Size kernel = conv.kernel();
    NDArray weights = stored.depthwise(node, maps, kernel.rows(), kernel.columns());
    return then(convolution(node, conv, weights, maps, maps), conv.activation());
  }

  @Override
  public Step visitSeparableConv(SeparableConv conv, Node node) {
    throw unknown(node);
  }

  @Override
  public Step visitGlobalPool(GlobalPool pool, Node node) {
    return switch (pool.type()) {
      case MAX -> (inputs, training) -> Pool.globalMaxPool2d(inputs.get(0));
      case AVERAGE -> (inputs, training) -> Pool.globalAvgPool2d(inputs.get(0));
      case L2 -> throw unknown(node);
    };
  }

  @Override
  public Step visitLocalResponseNorm(LocalResponseNorm norm, Node node) {
    throw unknown(node);
  }

  @Override
  public Step visitActivation(ActivationLayer activation, Node node) {
    return then((inputs, training) -> inputs.get(0), activation.function());
  }

  @Override
  public Step visitDropout(Dropout dropout, Node node) {
    float rate = (float) dropout.rate();
    return (inputs, training) ->
        ai.djl.nn.norm.Dropout.dropout(inputs.get(0), rate, training).singletonOrThrow();
  }

  @Override
  public Step visitFlatten(Flatten flatten, Node node) {
    return (inputs, training) -> LibtorchNetwork.flat(inputs.get(0));
  }

  @Override
  public Step visitDense(Dense dense, Node node) {
    return then(dense(node, dense.units(), dense.bias()), dense.activation());
  }

  @Override
  public Step visitOutput(Output output, Node node) {
    return dense(node, labels, true);
  }

  @Override
  public Step visitConv(Conv conv, Node node) {
    Size kernel = conv.kernel();
    NDArray weights =
        stored.convolution(node, conv.maps(), node.input().maps(), kernel.rows(), kernel.columns());
    return then(convolution(node, conv, weights, conv.maps(), 1), conv.activation());
  }

  private Step convolution(Node node, Convolution conv, NDArray weights, int maps, int groups) {
    Sides sides = sides(node, conv.window().orElseThrow());
    NDArray bias = conv.bias() ? stored.vector(node, "b", maps) : null;
    Shape stride = shape(conv.stride());
    Shape dilation = shape(conv.dilation());
    return (inputs, training) ->
        sides.with(
            inputs.get(0),
            0,
            (padded, padding) ->
                Conv2d.conv2d(padded, weights, bias, stride, padding, dilation, groups)
                    .singletonOrThrow());
  }

  @Override
  public Step visitPool(dev.convoy.worker.network.layer.Pool pool, Node node) {
    Sides sides = sides(node, pool.window().orElseThrow());
    Shape size = shape(pool.size());
    Shape stride = shape(pool.stride());
    if (pool.type() == PoolType.L2 || (pool.type() == PoolType.AVERAGE && sides.isUneven())) {
      throw unknown(node);
    }
    boolean max = pool.type() == PoolType.MAX;
    return (inputs, training) ->
        sides.with(
            inputs.get(0),
            Double.NEGATIVE_INFINITY,
            (padded, padding) ->
                max
                    ? Pool.maxPool2d(padded, size, stride, padding, false)
                    : Pool.avgPool2d(padded, size, stride, padding, false, false));
  }

  @Override
  public Step visitBatchNorm(BatchNorm norm, Node node) {
    int maps = node.input().maps();
    NDArray gamma = stored.vector(node, "gamma", maps);
    NDArray beta = stored.vector(node, "beta", maps);
    NDArray mean = stored.statistic(node, "mean", maps);
    NDArray variance = stored.statistic(node, "var", maps);
    float decay = (float) norm.decay();
    float epsilon = (float) norm.epsilon();
    return (inputs, training) ->
        ai.djl.nn.norm.BatchNorm.batchNorm(
                inputs.get(0), mean, variance, gamma, beta, AXIS_OF_MAPS, decay, epsilon, training)
            .singletonOrThrow();
  }

  private Step dense(Node node, int units, boolean biased) {
    NDArray weights = stored.dense(node, units, node.input().size());
    NDArray bias = biased ? stored.vector(node, "b", units) : null;
    if (node.input().flat()) {
      return (inputs, training) -> Linear.linear(inputs.get(0), weights, bias).singletonOrThrow();
    }
    return (inputs, training) -> {
      try (NDArray flat = LibtorchNetwork.flat(inputs.get(0))) {
        return Linear.linear(flat, weights, bias).singletonOrThrow();
      }
    };
  }

  private static Step then(Step step, Activation activation) {
    return switch (activation) {
      case IDENTITY -> step;
      case RELU ->
          (inputs, training) -> {
            NDArray sum = step.apply(inputs, training);
            NDArray output = ai.djl.nn.Activation.relu(sum);
            if (!inputs.contains(sum)) {
              sum.close();
            }
            return output;
          };
      default -> throw new IllegalArgumentException("no " + activation.key() + " in libtorch yet");
    };
  }

  private Sides sides(Node node, Window window) {
    Window.Axis rows = window.rows(node.input());
    Window.Axis columns = window.columns(node.input());
    Sides exact = new Sides(rows.before(), after(rows), columns.before(), after(columns));
    return same == SamePadding.EXACT ? exact : exact.even();
  }

  private static long after(Window.Axis axis) {
    long last = axis.start(axis.positions() - 1) + axis.extent();
    return Math.max(0, last - axis.input());
  }

  private static Shape shape(Size size) {
    return new Shape(size.rows(), size.columns());
  }

  private static IllegalArgumentException unknown(Node node) {
    return new IllegalArgumentException(
        "There is no layer for " + node.name() + " (" + node.layer().kind() + ") in libtorch yet");
  }

  /** Padding rows and columns around an image. */
  private record Sides(long top, long bottom, long left, long right) {
    private interface Slide {
      NDArray over(NDArray padded, Shape padding);
    }

    boolean isUneven() {
      return top < bottom || left < right;
    }

    Sides even() {
      long rows = Math.max(top, bottom);
      long columns = Math.max(left, right);
      return new Sides(rows, rows, columns, columns);
    }

    NDArray with(NDArray input, double filling, Slide slide) {
      if (!isUneven()) {
        return slide.over(input, new Shape(top, left));
      }
      try (NDArray padded = input.pad(new Shape(left, right, top, bottom), filling)) {
        return slide.over(padded, new Shape(0, 0));
      }
    }
  }
}
