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

/** The family of layers that compute with oneDNN, where it has them. */
final class NativeFamily implements LayerFamily {
  private final PatchedFamily patched = new PatchedFamily();

  @Override
  public IActivation function(Activation activation) {
    return patched.function(activation);
  }

  @Override
  public Layer convolution(ConvolutionLayer.Builder builder, Conv conv, LayerContext context) {
    ConvolutionLayer.Builder windowed =
        Windows.slide(builder, conv.window().orElseThrow()).activation(function(conv.activation()));
    Sliding sliding = Sliding.of(conv.window().orElseThrow());
    Function function = oneDnn(conv.activation());
    return context.derivativeInPool()
        ? NativeConvolution.withDerivativeInPool(windowed, sliding, function, !context.first())
        : new NativeConvolution(windowed, sliding, function, !context.first());
  }

  @Override
  public boolean poolAppliesDerivative(Conv conv, Pool pool) {
    return pool.type() == PoolType.MAX
        && conv.activation() != Activation.IDENTITY
        && oneDnn(conv.activation()).isDerivedFromOutput();
  }

  @Override
  public Layer pool(Pool pool, Activation preceding) {
    Sliding sliding = Sliding.of(pool.window().orElseThrow());
    return preceding == Activation.IDENTITY
        ? new NativePool(Windows.pool(pool), sliding, PoolRule.of(pool.type(), pool.exponent()))
        : NativePool.afterFunction(Windows.pool(pool), sliding, oneDnn(preceding));
  }

  @Override
  public Layer globalPool(GlobalPool pool) {
    return new NativeGlobalPool(PoolRule.of(pool.type(), pool.exponent()));
  }

  @Override
  public boolean padsOnFourSides() {
    return true;
  }

  @Override
  public Layer dense(DenseLayer.Builder builder, Activation function, boolean first) {
    return new NativeDense(builder.activation(function(function)), oneDnn(function), !first);
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
  public Layer batchNorm(BatchNorm norm, IUpdater updater, Activation fused) {
    return fuse(NativeBatchNorm.trained(norm.decay(), norm.epsilon(), updater), fused);
  }

  private static NativeBatchNorm fuse(NativeBatchNorm norm, Activation fused) {
    return fused == Activation.RELU ? norm.rectified() : norm;
  }

  @Override
  public Optional<GraphVertex> sum(Activation function) {
    return oneDnn(function).isExact()
        ? Optional.of(new NativeSum(oneDnn(function)))
        : Optional.empty();
  }

  @Override
  public GraphVertex concatenation() {
    return new NativeConcatenation();
  }

  @Override
  public Layer activation(Activation function) {
    return oneDnn(function).isExact()
        ? new NativeActivation(function(function), oneDnn(function))
        : patched.activation(function);
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
        PatchedLayers.depthwiseInitializer(),
        Sliding.of(conv.window().orElseThrow()),
        Function.valueOf(conv.activation().name()),
        !first);
  }

  @Override
  public Layer separable(
      SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first) {
    return new NativeSeparable(
        builder.activation(function(conv.activation())),
        PatchedLayers.separableInitializer(),
        Sliding.of(conv.window().orElseThrow()),
        Function.valueOf(conv.activation().name()),
        !first);
  }

  @Override
  public Layer frozenBatchNorm(BatchNorm norm, Activation fused) {
    return fuse(NativeBatchNorm.frozen(norm.decay(), norm.epsilon()), fused);
  }

  private static Function oneDnn(Activation activation) {
    return Function.valueOf(activation.name());
  }

  /**
   * Returns whether Convoy computes a node in Java, or does nothing, as for flattening of flat
   * input.
   */
  boolean isInJava(Node node) {
    return node.layer() instanceof Dropout
        || (node.layer() instanceof Flatten && node.input().flat())
        || node.leaf().flatMap(Leaf::pooling).filter(PoolType.L2::equals).isPresent();
  }

  /** Returns why DL4J computes a node instead of oneDNN. */
  String whyBuiltIn(Node node) {
    if (node.layer() instanceof LocalResponseNorm norm) {
      return NativeLocalResponse.whyUnsupported(norm.size(), norm.beta(), node.input().maps());
    }
    boolean softplus =
        node.layer().elementwise().filter(function -> !oneDnn(function).isExact()).isPresent()
            || (node.layer() instanceof Residual residual
                && !oneDnn(residual.activation()).isExact());
    return softplus ? "oneDNN's softplus is not exact" : "oneDNN has no such layer";
  }
}
