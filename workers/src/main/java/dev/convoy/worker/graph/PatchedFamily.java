package dev.convoy.worker.graph;

import dev.convoy.worker.graph.patched.PatchedLayers;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.SeparableConv;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.activations.IActivation;

/** The family without oneDNN: DL4J's layers, with corrected ones where DL4J's are wrong. */
final class PatchedFamily implements LayerFamily {
  @Override
  public IActivation function(Activation activation) {
    return switch (activation) {
      case SWISH -> PatchedLayers.swish();
      case SOFTPLUS -> PatchedLayers.softPlus();
      default -> LayerFamily.super.function(activation);
    };
  }

  @Override
  public Layer activation(Activation function) {
    return PatchedLayers.activation(function(function));
  }

  @Override
  public Layer pool(Pool pool, Activation preceding) {
    return pool.type() == PoolType.L2
        ? PatchedLayers.lpPool(Windows.pool(pool))
        : LayerFamily.super.pool(pool, preceding);
  }

  @Override
  public Layer globalPool(GlobalPool pool) {
    return pool.type() == PoolType.L2
        ? PatchedLayers.globalLpPool(pool.exponent())
        : LayerFamily.super.globalPool(pool);
  }

  @Override
  public Layer localResponse(LocalResponseNorm norm, int maps) {
    return PatchedLayers.localResponse(norm.size(), norm.alpha(), norm.beta(), norm.k());
  }

  @Override
  public Layer depthwise(
      DepthwiseConvolution2D.Builder builder, DepthwiseConv conv, boolean first) {
    return PatchedLayers.depthwise(builder.activation(function(conv.activation())));
  }

  @Override
  public Layer separable(
      SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first) {
    return PatchedLayers.separable(builder.activation(function(conv.activation())));
  }

  @Override
  public Layer frozenBatchNorm(BatchNorm norm, Activation fused) {
    return PatchedLayers.frozenBatchNorm(norm.decay(), norm.epsilon());
  }
}
