package dev.convoy.worker.program;

import dev.convoy.worker.engine.layer.PoolRule;
import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.inference.Quantization;
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
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.LayerVisitor;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.StoredTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates the nodes of a network to the steps that compute them. */
final class Lowering implements LayerVisitor<Value, Node> {
  private final Map<Integer, Value> values = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Value image;

  /** The first node for which there is no step; a network with one has no program. */
  private Optional<Node> unsupported = Optional.empty();

  private Lowering(Network network) {
    image = new Value(Quantization.IMAGE, LayerShape.of(network.input()));
    values.put(Node.IMAGE, image);
  }

  /**
   * The steps of a program with its input and output.
   *
   * @param image the input
   * @param output the output of the last node; of an output layer, before softmax
   * @param arithmetic in which the steps compute
   */
  record StepList(List<Step> steps, Value image, Value output, Arithmetic arithmetic) {}

  /** Returns why there is no program for a network; empty if there is one. */
  static Optional<String> whyUnsupported(Network network) {
    Lowering lowering = traverse(network);
    return lowering.unsupported.isEmpty() && lowering.steps.isEmpty()
        ? Optional.of(network.name() + " computes nothing")
        : lowering.unsupported.map(node -> "oneDNN has no step for " + node.name());
  }

  /** Returns the fused steps of a network that {@link #whyUnsupported} has nothing against. */
  static StepList lower(Network network, Arithmetic arithmetic) {
    Lowering lowering = traverse(network);
    if (lowering.unsupported.isPresent()) {
      throw new IllegalArgumentException(
          "oneDNN has no step for " + lowering.unsupported.get().name());
    }
    Value output = lowering.values.get(network.nodes().size() - 1);
    StepList list =
        new StepList(OperatorFusion.fuse(lowering.steps), lowering.image, output, arithmetic);
    Encodings.choose(list, arithmetic);
    return list;
  }

  private static Lowering traverse(Network network) {
    Lowering lowering = new Lowering(network);
    for (Node node : network.nodes()) {
      lowering.values.put(node.index(), node.layer().accept(lowering, node));
    }
    return lowering;
  }

  private Value unsupported(Node node) {
    unsupported = unsupported.or(() -> Optional.of(node));
    return value(node);
  }

  private static Value value(Node node) {
    return new Value(node.name(), node.output());
  }

  private Value input(Node node) {
    return values.get(node.inputs().get(0));
  }

  @Override
  public Value visitResidual(Residual residual, Node node) {
    Value projected = values.get(node.inputs().get(1));
    Function function = function(residual.activation());
    if (!function.isExact()) {
      return unsupported(node);
    }
    return add(new Steps.Add(input(node), projected, value(node), function));
  }

  @Override
  public Value visitInception(Inception inception, Node node) {
    List<Value> inputs = node.inputs().stream().map(values::get).toList();
    return inputs.size() == 1 ? inputs.get(0) : add(new Steps.Concatenate(inputs, value(node)));
  }

  @Override
  public Value visitConv(Conv conv, Node node) {
    LinearStep.Weights weights =
        LinearStep.Weights.of(
            Conv.WEIGHTS,
            conv.bias(),
            conv.maps(),
            node.input().maps(),
            conv.kernel().rows(),
            conv.kernel().columns());
    return convolution(node, conv, weights);
  }

  @Override
  public Value visitDepthwiseConv(DepthwiseConv conv, Node node) {
    StoredTensor tensor = conv.weightTensors(node.input()).get(0);
    return convolution(node, conv, LinearStep.Weights.grouped(tensor, conv.bias()));
  }

  private Value convolution(Node node, Convolution conv, LinearStep.Weights weights) {
    return add(
        LinearStep.convolution(
            node.name(),
            weights,
            Sliding.of(conv.slidingWindow()),
            input(node),
            value(node),
            function(conv.activation())));
  }

  @Override
  public Value visitPool(Pool pool, Node node) {
    if (pool.type() == PoolType.L2) {
      return unsupported(node);
    }
    PoolRule.Kind kind = PoolRule.of(pool.type(), pool.exponent()).kind();
    Sliding sliding = Sliding.of(pool.window().orElseThrow());
    Value input = input(node);
    return add(new Steps.Pooled(kind, input, input.shape(), value(node), sliding));
  }

  @Override
  public Value visitBatchNorm(BatchNorm norm, Node node) {
    Value output = value(node);
    return add(new Steps.Normalise(node.name(), norm.epsilon(), input(node), output, false));
  }

  @Override
  public Value visitLocalResponseNorm(LocalResponseNorm norm, Node node) {
    return unsupported(node);
  }

  @Override
  public Value visitActivation(ActivationLayer activation, Node node) {
    Function function = function(activation.function());
    if (!function.isExact()) {
      return unsupported(node);
    }
    return function == Function.IDENTITY
        ? input(node)
        : add(new Steps.Apply(input(node), value(node), function));
  }

  @Override
  public Value visitDropout(Dropout dropout, Node node) {
    return input(node);
  }

  @Override
  public Value visitFlatten(Flatten flatten, Node node) {
    return node.input().plane() == 1 ? input(node) : add(new Steps.Flat(input(node), value(node)));
  }

  @Override
  public Value visitDense(Dense dense, Node node) {
    return dense(node, dense.bias(), input(node), function(dense.activation()));
  }

  @Override
  public Value visitOutput(Output output, Node node) {
    return dense(node, true, input(node), Function.IDENTITY);
  }

  private Value add(Step step) {
    steps.add(step);
    return step.output();
  }

  private static Function function(Activation activation) {
    return Function.valueOf(activation.name());
  }

  private Value dense(Node node, boolean bias, Value input, Function function) {
    LayerShape from = input.shape();
    LinearStep.Weights weights =
        LinearStep.Weights.of(
            Dense.WEIGHTS, bias, node.output().maps(), from.maps(), from.height(), from.width());
    return add(LinearStep.dense(node.name(), weights, input, value(node), function));
  }

  @Override
  public Value visitGlobalPool(GlobalPool pool, Node node) {
    if (pool.type() == PoolType.L2) {
      return unsupported(node);
    }
    Value input = input(node);
    Value output = value(node);
    LayerShape shape = input.shape();
    PoolRule.Kind kind = PoolRule.of(pool.type(), pool.exponent()).kind();
    if (kind == PoolRule.Kind.MAX || !Pooling.isMeanOfMeans(shape.plane())) {
      return add(Steps.Pooled.maps(kind, input, shape, output));
    }
    Value row =
        new Value(node.name() + ".columns", new LayerShape(shape.maps(), 1, shape.width(), false));
    add(Steps.Pooled.columnMeans(input, row));
    // A row of w pixels has the same layout in memory as a column of w pixels.
    LayerShape column = new LayerShape(shape.maps(), shape.width(), 1, false);
    return add(Steps.Pooled.maps(kind, row, column, output));
  }

  @Override
  public Value visitSeparableConv(SeparableConv conv, Node node) {
    Value input = input(node);
    LayerShape from = input.shape();
    int between = from.maps() * conv.multiplier();
    StoredTensor depthwise = conv.weightTensors(from).get(0);
    Value deep =
        add(
            LinearStep.convolution(
                node.name(),
                LinearStep.Weights.grouped(depthwise, false),
                Sliding.of(conv.slidingWindow()),
                input,
                new Value(node.name() + ".depthwise", conv.slidingWindow().over(from, between)),
                Function.IDENTITY));
    return add(
        LinearStep.convolution(
            node.name(),
            LinearStep.Weights.of(SeparableConv.POINTWISE, conv.bias(), conv.maps(), between, 1, 1),
            Sliding.covering(1, 1),
            deep,
            value(node),
            function(conv.activation())));
  }
}
