package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_lrn_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Local response normalisation across maps, {@code DST[m] = SRC[m] / (k + alpha·Σ SRC[j]²)^beta},
 * with the sum over the existing maps {@code j} from {@code m − ⌊size/2⌋} to {@code m + ⌊size/2⌋}.
 *
 * @param layout layout of input and output
 * @param size number of maps in the sum, odd
 * @param alpha factor of the sum; oneDNN's alpha is divided by the size, this one is not
 */
public record LocalResponse(Layout layout, int size, double alpha, double beta, double k) {
  /** Builds the forward kernel for scoring. */
  public Kernel scoring(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_inference);
  }

  /** Builds the forward kernel for training, which also fills {@code WORKSPACE}. */
  public Kernel training(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_training);
  }

  private Kernel forward(Engine engine, Resources owner, int purpose) {
    try (dnnl_lrn_desc_t operation = new dnnl_lrn_desc_t()) {
      Status.check(
          dnnl.dnnl_lrn_forward_desc_init(
              operation,
              purpose,
              dnnl.dnnl_lrn_across_channels,
              layout.descriptor(),
              size,
              (float) (alpha * size),
              (float) beta,
              (float) k),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, new Attributes(), null);
    }
  }

  /**
   * Builds the kernel that computes {@code DIFF_SRC} from {@code SRC}, {@code DIFF_DST} and the
   * workspace of the forward pass.
   */
  public Kernel backward(Engine engine, Resources owner, Kernel training) {
    try (dnnl_lrn_desc_t operation = new dnnl_lrn_desc_t()) {
      Status.check(
          dnnl.dnnl_lrn_backward_desc_init(
              operation,
              dnnl.dnnl_lrn_across_channels,
              layout.descriptor(),
              layout.descriptor(),
              size,
              (float) (alpha * size),
              (float) beta,
              (float) k),
          "describe the gradient of " + this);
      return Kernel.build(
          engine, owner, "the gradient of " + this, operation, new Attributes(), training);
    }
  }

  @Override
  public String toString() {
    return "local response normalisation over "
        + size
        + " maps of "
        + Arrays.toString(layout.shape());
  }
}
