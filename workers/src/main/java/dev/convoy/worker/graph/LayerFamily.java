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
 * The DL4J classes of a network where there is a choice: those that train right ({@link
 * PatchedFamily}), or those that any DL4J knows ({@link PlainFamily}). Both have the same stored
 * values in the same places.
 */
interface LayerFamily {
  /** The function of a layer. */
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
   * A convolution.
   *
   * @param builder with everything but window and function
   * @param place of which it takes whether it is the first, and whether its derivative is left to
   *     the layer behind it
   */
  default Layer convolution(ConvolutionLayer.Builder builder, Conv conv, LayerContext place) {
    return Windows.slide(builder, conv.window().orElseThrow())
        .activation(function(conv.activation()))
        .build();
  }

  /**
   * Pooling of windows.
   *
   * @param before the function whose derivative the layer before leaves to it, or the identity
   */
  default Layer pool(Pool pool, Activation before) {
    return Windows.pool(pool).build();
  }

  /** Pooling of whole maps. */
  default Layer globalPool(GlobalPool pool) {
    return new GlobalPoolingLayer.Builder(Windows.poolingType(pool.type()))
        .pnorm(pool.exponent())
        .build();
  }

  /** Whether its convolutions take four paddings, and need no zeros around them. */
  default boolean padsOnFourSides() {
    return false;
  }

  /**
   * Units.
   *
   * @param builder with everything but the function
   * @param first whether it takes the images
   */
  default Layer dense(DenseLayer.Builder builder, Activation function, boolean first) {
    return builder.activation(function(function)).build();
  }

  /**
   * The output.
   *
   * @param builder with everything
   * @param first whether it takes the images
   */
  default Layer output(OutputLayer.Builder builder, boolean first) {
    return builder.build();
  }

  /**
   * Dropout.
   *
   * @param rate the share that is dropped
   */
  default Layer dropout(double rate) {
    return new SeededDropout(rate);
  }

  /** Feature maps of one shape as rows. */
  default GraphVertex flatten(LayerShape maps) {
    return new PreprocessorVertex(
        new CnnToFeedForwardPreProcessor(maps.height(), maps.width(), maps.maps()));
  }

  /**
   * Whether a layer of that kind can put out the function of its values at once, so that an
   * activation layer behind it needs no vertex.
   */
  default boolean fuses(Leaf leaf, Activation function) {
    return false;
  }

  /**
   * Whether a pool behind a convolution with that function can apply its derivative, so that the
   * convolution need not.
   */
  default boolean derivesBehind(Conv conv, Pool pool) {
    return false;
  }

  /**
   * Batch normalisation.
   *
   * @param updater of γ and β
   * @param then the function of a layer behind it, if {@link #fuses} it, else the identity
   */
  default Layer batchNorm(BatchNorm norm, IUpdater updater, Activation then) {
    return new BatchNormalization.Builder()
        .decay(norm.decay())
        .eps(norm.epsilon())
        .useLogStd(false)
        .activation(function(Activation.IDENTITY))
        .updater(updater)
        .build();
  }

  /** The join of a residual block in one; empty: DL4J's sum, and a layer with the function. */
  default Optional<GraphVertex> sum(Activation function) {
    return Optional.empty();
  }

  /** The join of an inception module. */
  default GraphVertex concatenation() {
    return new MergeVertex();
  }

  /** A function as a layer of its own. */
  Layer activation(Activation function);

  /** Whether that layer may write over its input, so that it must be given a copy. */
  boolean activationNeedsCopy();

  /**
   * Local response normalisation.
   *
   * @param maps of its input
   */
  Layer localResponse(LocalResponseNorm norm, int maps);

  /**
   * A depthwise convolution.
   *
   * @param builder with everything but the function
   * @param first whether it takes the images
   */
  Layer depthwise(DepthwiseConvolution2D.Builder builder, DepthwiseConv conv, boolean first);

  /**
   * A depthwise and a 1×1 convolution as one layer.
   *
   * @param builder with everything but the function
   * @param first whether it takes the images
   */
  Layer separable(SeparableConvolution2D.Builder builder, SeparableConv conv, boolean first);

  /**
   * Batch normalisation of which nothing stored changes.
   *
   * @param then the function of a layer behind it, if {@link #fuses} it, else the identity
   */
  Layer frozenBatchNorm(BatchNorm norm, Activation then);
}
