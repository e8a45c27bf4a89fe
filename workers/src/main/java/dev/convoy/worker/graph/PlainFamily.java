package dev.convoy.worker.graph;

import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.SeparableConv;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * The family of DL4J's own classes, for exported networks. They score as Convoy does, with three
 * exceptions: softplus is infinite from 89 on, and separable convolutions of one input map and
 * dilated depthwise convolutions of multiplier 1 fail. When trained further they have the faults
 * described in {@link dev.convoy.worker.graph.patched}, and a frozen batch normalisation uses the
 * statistics of its minibatch without storing them.
 */
final class PlainFamily implements LayerFamily {
  /** Builds a dropout layer; DL4J's argument is the fraction retained. */
  @Override
  public Layer dropout(double rate) {
    return new DropoutLayer.Builder(1 - rate).build();
  }

  @Override
  public Layer activation(Activation function) {
    return new ActivationLayer(function(function));
  }

  @Override
  public boolean activationNeedsCopy() {
    return true;
  }

  /**
   * Builds a normalisation whose size is limited by the number of maps, because DL4J fails if half
   * the size is not smaller than that.
   */
  @Override
  public Layer localResponse(LocalResponseNorm norm, int maps) {
    int size = (int) Math.min(norm.size(), 2L * maps - 1);
    return new LocalResponseNormalization.Builder(norm.k(), size, norm.alpha(), norm.beta())
        .build();
  }

  @Override
  public Layer depthwise(
      DepthwiseConvolution2D.Builder builder, DepthwiseConv conv, boolean first) {
    return builder.activation(function(conv.activation())).build();
  }

  @Override
  public Layer separable(
      SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first) {
    return builder.activation(function(conv.activation())).build();
  }

  @Override
  public Layer frozenBatchNorm(BatchNorm norm, Activation fused) {
    return new BatchNormalization.Builder()
        .decay(1)
        .eps(norm.epsilon())
        .useLogStd(false)
        .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
        .updater(new Sgd(0.0))
        .build();
  }
}
