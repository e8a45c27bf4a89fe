package dev.convoy.worker.graph.patched;

import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.IActivation;

/** Makes the layers and functions of this package. */
public final class PatchedLayers {
  private PatchedLayers() {}

  /** A function as a layer of its own, which leaves its input as it is. */
  public static Layer activation(IActivation function) {
    return new PatchedActivation(function);
  }

  /** {@code x / (1 + e⁻ˣ)}. */
  public static IActivation swish() {
    return new StableSwish();
  }

  /** {@code ln(1 + eˣ)}. */
  public static IActivation softPlus() {
    return new StableSoftPlus();
  }

  /** Local response normalisation, {@code x / (k + alpha·Σ x²)^beta} over {@code size} maps. */
  public static Layer localResponse(int size, double alpha, double beta, double k) {
    return new PatchedLocalResponse(size, alpha, beta, k);
  }

  /** Pooling by norms. */
  public static Layer normPool(SubsamplingLayer.Builder builder) {
    return new PatchedPool(builder);
  }

  /** The norms of whole maps, {@code (Σ |x|^exponent)^(1/exponent)}. */
  public static Layer globalNorm(int exponent) {
    return new PatchedGlobalPool(exponent);
  }

  /** A depthwise convolution. */
  public static Layer depthwise(DepthwiseConvolution2D.Builder builder) {
    return new PatchedDepthwise(builder);
  }

  /** A depthwise and a 1×1 convolution as one layer. */
  public static Layer separable(SeparableConvolution2D.Builder builder) {
    return new PatchedSeparable(builder);
  }

  /** The places and first values of what a depthwise convolution stores. */
  public static ParamInitializer depthwiseValues() {
    return new PatchedDepthwise.Initializer();
  }

  /** The places and first values of what a separable convolution stores. */
  public static ParamInitializer separableValues() {
    return new PatchedSeparable.Initializer();
  }

  /** Batch normalisation by its stored statistics, of which nothing changes in training. */
  public static Layer frozenBatchNorm(double decay, double epsilon) {
    return new FrozenBatchNorm(decay, epsilon);
  }
}
