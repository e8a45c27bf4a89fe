package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Batch normalisation of feature maps of one shape, {@code DST = SCALE·(SRC − MEAN) / √(VARIANCE +
 * ε) + SHIFT} for each map, with its gradients. {@code VARIANCE} is the biased variance.
 *
 * @param maps layout of input and output
 * @param epsilon ε
 * @param batchStatistics whether training kernels compute the mean and variance of {@code SRC} as
 *     outputs; otherwise both are inputs, and constants in the gradients
 * @param rectified whether a ReLU is fused; in training it needs {@code WORKSPACE}
 */
public record BatchNormKernel(
    Layout maps, float epsilon, boolean batchStatistics, boolean rectified) {
  /** Builds the forward kernel for training, which a backward pass follows. */
  public Kernel training(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_training);
  }

  /** Builds the forward kernel for scoring. */
  public Kernel scoring(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_inference);
  }

  private Kernel forward(Engine engine, Resources owner, int kind) {
    try (dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t()) {
      Status.check(
          dnnl.dnnl_batch_normalization_forward_desc_init(
              operation, kind, maps.descriptor(), epsilon, flags()),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, new Attributes(), null);
    }
  }

  /**
   * Builds the kernel that computes {@code DIFF_SRC}, {@code DIFF_SCALE} and {@code DIFF_SHIFT}
   * from {@code DIFF_DST}, {@code SRC}, {@code MEAN}, {@code VARIANCE}, {@code SCALE} and {@code
   * SHIFT} (whose values it does not read).
   */
  public Kernel backward(Engine engine, Resources owner, Kernel training) {
    try (dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t()) {
      Status.check(
          dnnl.dnnl_batch_normalization_backward_desc_init(
              operation,
              dnnl.dnnl_backward,
              maps.descriptor(),
              maps.descriptor(),
              epsilon,
              flags()),
          "describe the gradient of " + this);
      return Kernel.build(
          engine, owner, "the gradient of " + this, operation, new Attributes(), training);
    }
  }

  private int flags() {
    return dnnl.dnnl_use_scale
        | dnnl.dnnl_use_shift
        | (batchStatistics ? 0 : dnnl.dnnl_use_global_stats)
        | (rectified ? dnnl.dnnl_fuse_norm_relu : 0);
  }

  @Override
  public String toString() {
    return "a batch normalisation of " + Arrays.toString(maps.shape());
  }
}
