package dev.convoy.worker.graph;

import dev.convoy.worker.engine.layer.NativeActivation;
import dev.convoy.worker.engine.layer.NativeBatchNorm;
import dev.convoy.worker.engine.layer.NativeConcatenation;
import dev.convoy.worker.engine.layer.NativeConvolution;
import dev.convoy.worker.engine.layer.NativeDense;
import dev.convoy.worker.engine.layer.NativeDepthwise;
import dev.convoy.worker.engine.layer.NativeFlatten;
import dev.convoy.worker.engine.layer.NativeGlobalPool;
import dev.convoy.worker.engine.layer.NativeLocalResponse;
import dev.convoy.worker.engine.layer.NativeOutput;
import dev.convoy.worker.engine.layer.NativePool;
import dev.convoy.worker.engine.layer.NativeSeparable;
import dev.convoy.worker.engine.layer.NativeSum;
import dev.convoy.worker.engine.layer.PoolRule;
import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.graph.patched.PatchedLayers;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;

/** Layers that compute with oneDNN. */
final class NativeFamily implements LayerFamily {
  private final PatchedFamily patched = new PatchedFamily();

  @Override
  public IActivation function(Activation activation) {
    return patched.function(activation);
  }

  @Override
  public Layer convolution(ConvolutionLayer.Builder builder, Conv conv, LayerContext place) {
    ConvolutionLayer.Builder windowed =
        Windows.slide(builder, conv.window().orElseThrow()).activation(function(conv.activation()));
    Sliding sliding = Windows.sliding(conv.window().orElseThrow());
    Function function = computed(conv.activation());
    return place.derivedBehind()
        ? NativeConvolution.withDerivativeInPool(windowed, sliding, function, !place.first())
        : new NativeConvolution(windowed, sliding, function, !place.first());
  }

  @Override
  public boolean derivesBehind(Conv conv, Pool pool) {
    return pool.type() == PoolType.MAX
        && conv.activation() != Activation.IDENTITY
        && computed(conv.activation()).isDerivedFromOutput();
  }

  @Override
  public Layer pool(Pool pool, Activation before) {
    Sliding sliding = Windows.sliding(pool.window().orElseThrow());
    return before == Activation.IDENTITY
        ? new NativePool(Windows.pool(pool), sliding, rule(pool.type(), pool.exponent()))
        : NativePool.afterFunction(Windows.pool(pool), sliding, computed(before));
  }

  @Override
  public Layer globalPool(GlobalPool pool) {
    return new NativeGlobalPool(rule(pool.type(), pool.exponent()));
  }

  private static PoolRule rule(PoolType type, int exponent) {
    return switch (type) {
      case MAX -> PoolRule.max();
      case AVERAGE -> PoolRule.average();
      case L2 -> PoolRule.lp(exponent);
    };
  }

  @Override
  public boolean padsOnFourSides() {
    return true;
  }

  @Override
  public Layer dense(DenseLayer.Builder builder, Activation function, boolean first) {
    return new NativeDense(builder.activation(function(function)), computed(function), !first);
  }

  @Override
  public Layer output(OutputLayer.Builder builder, boolean first) {
    return new NativeOutput(builder, !first);
  }

  @Override
  public GraphVertex flatten(LayerShape maps) {
    return new NativeFlatten();
  }

  @Override
  public boolean fuses(Leaf leaf, Activation function) {
    return leaf instanceof BatchNorm && function == Activation.RELU;
  }

  @Override
  public Layer batchNorm(BatchNorm norm, IUpdater updater, Activation then) {
    return then(NativeBatchNorm.trained(norm.decay(), norm.epsilon(), updater), then);
  }

  private static NativeBatchNorm then(NativeBatchNorm norm, Activation then) {
    return then == Activation.RELU ? norm.rectified() : norm;
  }

  @Override
  public Optional<GraphVertex> sum(Activation function) {
    return computed(function).isExact()
        ? Optional.of(new NativeSum(computed(function)))
        : Optional.empty();
  }

  @Override
  public GraphVertex concatenation() {
    return new NativeConcatenation();
  }

  @Override
  public Layer activation(Activation function) {
    return computed(function).isExact()
        ? new NativeActivation(function(function), computed(function))
        : patched.activation(function);
  }

  @Override
  public boolean activationNeedsCopy() {
    return false;
  }

  @Override
  public Layer localResponse(LocalResponseNorm norm, int maps) {
    return NativeLocalResponse.whyUnsupported(norm.size(), norm.beta(), maps).isEmpty()
        ? new NativeLocalResponse(norm.size(), norm.alpha(), norm.beta(), norm.k())
        : patched.localResponse(norm, maps);
  }

  @Override
  public Layer depthwise(
      DepthwiseConvolution2D.Builder builder, DepthwiseConv conv, boolean first) {
    return new NativeDepthwise(
        builder.activation(function(conv.activation())),
        PatchedLayers.depthwiseValues(),
        Windows.sliding(conv.window().orElseThrow()),
        Function.valueOf(conv.activation().name()),
        !first);
  }

  @Override
  public Layer separable(
      SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first) {
    return new NativeSeparable(
        builder.activation(function(conv.activation())),
        PatchedLayers.separableValues(),
        Windows.sliding(conv.window().orElseThrow()),
        Function.valueOf(conv.activation().name()),
        !first);
  }

  @Override
  public Layer frozenBatchNorm(BatchNorm norm, Activation then) {
    return then(NativeBatchNorm.frozen(norm.decay(), norm.epsilon()), then);
  }

  private static Function computed(Activation activation) {
    return Function.valueOf(activation.name());
  }

  /** Whether Convoy computes a node itself; what is flat already is flattened by nobody. */
  boolean isInJava(Node node) {
    return node.layer() instanceof Dropout
        || node.layer() instanceof Flatten && node.input().flat()
        || node.layer() instanceof Pool pool && pool.type() == PoolType.L2
        || node.layer() instanceof GlobalPool whole && whole.type() == PoolType.L2;
  }

  /** Why DL4J computes a node in the place of oneDNN. */
  String whyBuiltIn(Node node) {
    if (node.layer() instanceof LocalResponseNorm norm) {
      return NativeLocalResponse.whyUnsupported(norm.size(), norm.beta(), node.input().maps());
    }
    boolean softplus =
        node.layer() instanceof ActivationLayer layer && !computed(layer.function()).isExact()
            || node.layer() instanceof Residual residual
                && !computed(residual.activation()).isExact();
    return softplus ? "oneDNN's softplus is not exact" : "oneDNN has no such layer";
  }
}
