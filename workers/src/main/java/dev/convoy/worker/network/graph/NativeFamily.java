package dev.convoy.worker.network.graph;

import dev.convoy.worker.engine.layer.NativeConvolution;
import dev.convoy.worker.engine.layer.NativeDense;
import dev.convoy.worker.engine.layer.NativeFlatten;
import dev.convoy.worker.engine.layer.NativeGlobalPool;
import dev.convoy.worker.engine.layer.NativeLocalResponse;
import dev.convoy.worker.engine.layer.NativeOutput;
import dev.convoy.worker.engine.layer.NativePool;
import dev.convoy.worker.engine.layer.PoolRule;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.activations.IActivation;

/** Layers that compute with oneDNN. */
final class NativeFamily implements LayerFamily {
  private final MendedFamily mended = new MendedFamily();

  @Override
  public IActivation function(Activation activation) {
    return mended.function(activation);
  }

  @Override
  public Layer convolution(ConvolutionLayer.Builder builder, Conv conv, boolean first) {
    return new NativeConvolution(
        Windows.slide(builder, conv.window().orElseThrow()).activation(function(conv.activation())),
        Windows.sliding(conv.window().orElseThrow()),
        Function.valueOf(conv.activation().name()),
        !first);
  }

  @Override
  public Layer pool(Pool pool) {
    return new NativePool(
        Windows.pool(pool),
        Windows.sliding(pool.window().orElseThrow()),
        rule(pool.type(), pool.exponent()));
  }

  @Override
  public Layer globalPool(GlobalPool pool) {
    return new NativeGlobalPool(rule(pool.type(), pool.exponent()));
  }

  private static PoolRule rule(PoolType type, int exponent) {
    return switch (type) {
      case MAX -> PoolRule.largest();
      case AVERAGE -> PoolRule.mean();
      case L2 -> PoolRule.norm(exponent);
    };
  }

  @Override
  public boolean padsOnFourSides(Leaf convolution) {
    return convolution instanceof Conv;
  }

  @Override
  public Layer dense(DenseLayer.Builder builder, Activation function, boolean first) {
    return new NativeDense(
        builder.activation(function(function)), Function.valueOf(function.name()), !first);
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
  public Layer activation(Activation function) {
    return mended.activation(function);
  }

  @Override
  public boolean activationNeedsCopy() {
    return false;
  }

  @Override
  public Layer localResponse(LocalResponseNorm norm, int maps) {
    return NativeLocalResponse.whyNot(norm.size(), norm.beta(), maps).isEmpty()
        ? new NativeLocalResponse(norm.size(), norm.alpha(), norm.beta(), norm.k())
        : mended.localResponse(norm, maps);
  }

  @Override
  public Layer depthwise(DepthwiseConvolution2D.Builder builder) {
    return mended.depthwise(builder);
  }

  @Override
  public Layer separable(SeparableConvolution2D.Builder builder) {
    return mended.separable(builder);
  }

  @Override
  public Layer frozenBatchNorm(BatchNorm norm) {
    return mended.frozenBatchNorm(norm);
  }

  /** Why DL4J computes a node in the place of oneDNN. */
  String whyBuiltIn(Node node) {
    return node.layer() instanceof LocalResponseNorm norm
        ? NativeLocalResponse.whyNot(norm.size(), norm.beta(), node.input().maps())
        : "oneDNN has no such layer";
  }
}
