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
 * DL4J's own classes, for networks that leave Convoy. They score as Convoy does, but for softplus
 * of 89 and more, which is infinite, and for separable convolutions of one input map and dilated
 * depthwise ones of multiplier 1, which they cannot compute; trained further they have the faults
 * told in {@link dev.convoy.worker.graph.patched}, and a frozen batch normalisation takes the
 * statistics of its minibatch without storing them.
 */
final class PlainFamily implements LayerFamily {
  /** DL4J takes the share that is retained. */
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

  /** As many neighbours as there are at most: DL4J fails where half of them are not there. */
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
  public Layer frozenBatchNorm(BatchNorm norm, Activation then) {
    return new BatchNormalization.Builder()
        .decay(1)
        .eps(norm.epsilon())
        .useLogStd(false)
        .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
        .updater(new Sgd(0.0))
        .build();
  }
}
