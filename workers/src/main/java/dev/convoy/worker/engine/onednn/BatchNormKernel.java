package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Batch normalisation of feature maps of one shape, {@code DST = SCALE·(SRC − MEAN) / √(VARIANCE +
 * ε) + SHIFT} map by map, with its gradients. {@code VARIANCE} is divided by the number of values.
 *
 * @param maps layout of input and output
 * @param epsilon ε
 * @param measured whether forward kernels put out the mean and variance of {@code SRC}, or take
 *     them as they are given; constants have no part in gradients
 * @param rectified whether {@code max(·, 0)} follows; in training it needs {@code WORKSPACE}
 */
public record BatchNormKernel(Layout maps, float epsilon, boolean measured, boolean rectified) {
  /** {@code DST} for a backward pass that follows. */
  public Kernel training(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_training);
  }

  /** {@code DST} alone. */
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
   * {@code DIFF_SRC}, {@code DIFF_SCALE} and {@code DIFF_SHIFT} from {@code DIFF_DST}, {@code SRC},
   * {@code MEAN}, {@code VARIANCE}, {@code SCALE} and {@code SHIFT} (of which it needs no value).
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
        | (measured ? 0 : dnnl.dnnl_use_global_stats)
        | (rectified ? dnnl.dnnl_fuse_norm_relu : 0);
  }

  @Override
  public String toString() {
    return "a batch normalisation of " + Arrays.toString(maps.shape());
  }
}
