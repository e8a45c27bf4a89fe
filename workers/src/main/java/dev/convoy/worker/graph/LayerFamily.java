package dev.convoy.worker.graph;

import dev.convoy.worker.engine.layer.SeededDropout;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.SeparableConv;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A choice of DL4J layer classes for a network: native ones ({@link NativeFamily}), corrected ones
 * ({@link PatchedFamily}), or those of any DL4J ({@link PlainFamily}). All store the same
 * parameters in the same order.
 */
interface LayerFamily {
  /** Returns an activation function. */
  default IActivation function(Activation activation) {
    org.nd4j.linalg.activations.Activation named =
        switch (activation) {
          case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
          case RELU -> org.nd4j.linalg.activations.Activation.RELU;
          case RELU6 -> org.nd4j.linalg.activations.Activation.RELU6;
          case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
          case ELU -> org.nd4j.linalg.activations.Activation.ELU;
          case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
          case TANH -> org.nd4j.linalg.activations.Activation.TANH;
          case SOFTPLUS -> org.nd4j.linalg.activations.Activation.SOFTPLUS;
          case SWISH -> org.nd4j.linalg.activations.Activation.SWISH;
        };
    return named.getActivationFunction();
  }

  /**
   * Builds a convolution.
   *
   * @param builder everything but window and activation
   * @param context its relation to the surrounding layers
   */
  default Layer convolution(ConvolutionLayer.Builder builder, Conv conv, LayerContext context) {
    return Windows.slide(builder, conv.window().orElseThrow())
        .activation(function(conv.activation()))
        .build();
  }

  /**
   * Builds a pool of windows.
   *
   * @param preceding activation of the preceding layer whose derivative the pool applies, or the
   *     identity
   */
  default Layer pool(Pool pool, Activation preceding) {
    return Windows.pool(pool).build();
  }

  /** Builds a global pool. */
  default Layer globalPool(GlobalPool pool) {
    return new GlobalPoolingLayer.Builder(Windows.poolingType(pool.type()))
        .pnorm(pool.exponent())
        .build();
  }

  /**
   * Returns whether convolutions support different padding on four sides without a padding layer.
   */
  default boolean padsOnFourSides() {
    return false;
  }

  /**
   * Builds a dense layer.
   *
   * @param builder everything but the activation
   * @param first whether it takes the images
   */
  default Layer dense(DenseLayer.Builder builder, Activation function, boolean first) {
    return builder.activation(function(function)).build();
  }

  /**
   * Builds the output layer.
   *
   * @param builder everything
   * @param first whether it takes the images
   */
  default Layer output(OutputLayer.Builder builder, boolean first) {
    return builder.build();
  }

  /**
   * Builds a dropout layer.
   *
   * @param rate fraction of the values that is dropped
   */
  default Layer dropout(double rate) {
    return new SeededDropout(rate);
  }

  /** Builds a vertex that flattens feature maps to a row-major matrix. */
  default GraphVertex flatten(LayerShape maps) {
    return new PreprocessorVertex(
        new CnnToFeedForwardPreProcessor(maps.height(), maps.width(), maps.maps()));
  }

  /** Returns whether an activation layer can be fused into the layer before it. */
  default boolean fuses(Leaf leaf, Activation function) {
    return false;
  }

  /**
   * Returns whether a pool can apply the derivative of the activation of the convolution before it.
   */
  default boolean poolAppliesDerivative(Conv conv, Pool pool) {
    return false;
  }

  /**
   * Builds a batch normalisation.
   *
   * @param updater updater of γ and β
   * @param fused function of the activation layer that is fused into it, or the identity
   */
  default Layer batchNorm(BatchNorm norm, IUpdater updater, Activation fused) {
    return new BatchNormalization.Builder()
        .decay(norm.decay())
        .eps(norm.epsilon())
        .useLogStd(false)
        .activation(function(Activation.IDENTITY))
        .updater(updater)
        .build();
  }

  /**
   * Builds the join of a residual block as one vertex; if empty, it is DL4J's sum and an activation
   * layer.
   */
  default Optional<GraphVertex> sum(Activation function) {
    return Optional.empty();
  }

  /** Builds the join of an inception module. */
  default GraphVertex concatenation() {
    return new MergeVertex();
  }

  /** Builds an activation layer. */
  Layer activation(Activation function);

  /** Returns whether activation layers may overwrite their input, so that they need a copy. */
  default boolean activationNeedsCopy() {
    return false;
  }

  /**
   * Builds a local response normalisation.
   *
   * @param maps number of input maps
   */
  Layer localResponse(LocalResponseNorm norm, int maps);

  /**
   * Builds a depthwise convolution.
   *
   * @param builder everything but the activation
   * @param first whether it takes the images
   */
  Layer depthwise(DepthwiseConvolution2D.Builder builder, DepthwiseConv conv, boolean first);

  /**
   * Builds a separable convolution.
   *
   * @param builder everything but the activation
   * @param first whether it takes the images
   */
  Layer separable(SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first);

  /**
   * Builds a frozen batch normalisation, whose parameters do not change.
   *
   * @param fused function of the activation layer that is fused into it, or the identity
   */
  Layer frozenBatchNorm(BatchNorm norm, Activation fused);
}
