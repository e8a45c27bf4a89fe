package dev.convoy.worker.graph.patched;

import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.IActivation;

/** Creates the layers and functions of this package. */
public final class PatchedLayers {
  private PatchedLayers() {}

  /** Creates an activation layer that does not overwrite its input. */
  public static Layer activation(IActivation function) {
    return new PatchedActivation(function);
  }

  /** Returns {@code f(x) = x / (1 + e⁻ˣ)}. */
  public static IActivation swish() {
    return new StableSwish();
  }

  /** Returns {@code f(x) = ln(1 + eˣ)}. */
  public static IActivation softPlus() {
    return new StableSoftPlus();
  }

  /**
   * Creates a local response normalisation, {@code x / (k + alpha·Σ x²)^beta} over {@code size}
   * maps.
   */
  public static Layer localResponse(int size, double alpha, double beta, double k) {
    return new PatchedLocalResponse(size, alpha, beta, k);
  }

  /** Creates an Lp pool. */
  public static Layer lpPool(SubsamplingLayer.Builder builder) {
    return new PatchedPool(builder);
  }

  /** Creates a global Lp pool, {@code (Σ |x|^exponent)^(1/exponent)}. */
  public static Layer globalLpPool(int exponent) {
    return new PatchedGlobalPool(exponent);
  }

  /** Creates a depthwise convolution. */
  public static Layer depthwise(DepthwiseConvolution2D.Builder builder) {
    return new PatchedDepthwise(builder);
  }

  /** Creates a separable convolution. */
  public static Layer separable(SeparableConvolution2D.Builder builder) {
    return new PatchedSeparable(builder);
  }

  /** Returns the initializer of the parameters of a depthwise convolution. */
  public static ParamInitializer depthwiseInitializer() {
    return new PatchedDepthwise.Initializer();
  }

  /** Returns the initializer of the parameters of a separable convolution. */
  public static ParamInitializer separableInitializer() {
    return new PatchedSeparable.Initializer();
  }

  /**
   * Creates a frozen batch normalisation, which uses its running statistics and does not change in
   * training.
   */
  public static Layer frozenBatchNorm(double decay, double epsilon) {
    return new FrozenBatchNorm(decay, epsilon);
  }
}
