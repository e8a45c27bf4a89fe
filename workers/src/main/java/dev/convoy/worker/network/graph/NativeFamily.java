package dev.convoy.worker.network.graph;

import dev.convoy.worker.engine.layer.NativeActivation;
import dev.convoy.worker.engine.layer.NativeBatchNorm;
import dev.convoy.worker.engine.layer.NativeConcatenation;
import dev.convoy.worker.engine.layer.NativeConvolution;
import dev.convoy.worker.engine.layer.NativeSum;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;

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
        computed(conv.activation()),
        !first);
  }

  @Override
  public boolean padsOnFourSides(Leaf convolution) {
    return convolution instanceof Conv;
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
    return isExact(function) ? Optional.of(new NativeSum(computed(function))) : Optional.empty();
  }

  @Override
  public GraphVertex concatenation() {
    return new NativeConcatenation();
  }

  @Override
  public Layer activation(Activation function) {
    return isExact(function)
        ? new NativeActivation(function(function), computed(function))
        : mended.activation(function);
  }

  @Override
  public boolean activationNeedsCopy() {
    return false;
  }

  @Override
  public Layer localResponse(LocalResponseNorm norm, int maps) {
    return mended.localResponse(norm, maps);
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
  public Layer frozenBatchNorm(BatchNorm norm, Activation then) {
    return then(NativeBatchNorm.frozen(norm.decay(), norm.epsilon()), then);
  }

  /** Far below 0 oneDNN's softplus is wrong by one in a million, which is all that it is there. */
  private static boolean isExact(Activation function) {
    return function != Activation.SOFTPLUS;
  }

  private static Function computed(Activation activation) {
    return Function.valueOf(activation.name());
  }
}
