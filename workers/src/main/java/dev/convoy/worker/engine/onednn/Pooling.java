package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Max or average pooling of feature maps of one shape, with its gradient. Padding has no part in
 * the maximum or the average.
 *
 * @param max whether it is max pooling, else average pooling
 * @param source layout of the input
 * @param destination layout of the output
 * @param kernel size of the window in pixels
 * @param strides rows, columns
 * @param before padding at the top and on the left, less than the kernel
 * @param after padding at the bottom and on the right, less than the kernel
 */
public record Pooling(
    boolean max,
    Layout source,
    Layout destination,
    Span kernel,
    Span strides,
    Span before,
    Span after) {
  /** Pixels of a map from which its mean is computed as the mean of its column means. */
  private static final long MEAN_OF_MEANS_PIXELS = 1024;

  /**
   * Returns whether the mean of a map of that many pixels is computed as the mean of its column
   * means, for precision.
   */
  public static boolean isMeanOfMeans(long pixels) {
    return pixels >= MEAN_OF_MEANS_PIXELS;
  }

  /** Builds the forward kernel for scoring. */
  public Kernel scoring(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_inference);
  }

  /**
   * Builds the forward kernel for training. Max pooling stores the positions of the maxima in
   * {@code WORKSPACE}.
   */
  public Kernel training(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_training);
  }

  private Kernel forward(Engine engine, Resources owner, int purpose) {
    try (dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t()) {
      Status.check(
          dnnl.dnnl_pooling_forward_desc_init(
              operation,
              purpose,
              algorithm(),
              source.descriptor(),
              destination.descriptor(),
              strides.values(),
              kernel.values(),
              before.values(),
              after.values()),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, new Attributes(), null);
    }
  }

  /**
   * Builds the kernel that computes {@code DIFF_SRC} from {@code DIFF_DST} and, for max pooling,
   * {@code WORKSPACE}.
   *
   * @param training the forward kernel that fills the workspace
   */
  public Kernel backward(Engine engine, Resources owner, Kernel training) {
    try (dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t()) {
      Status.check(
          dnnl.dnnl_pooling_backward_desc_init(
              operation,
              algorithm(),
              source.descriptor(),
              destination.descriptor(),
              strides.values(),
              kernel.values(),
              before.values(),
              after.values()),
          "describe the gradient of " + this);
      return Kernel.build(
          engine, owner, "the gradient of " + this, operation, new Attributes(), training);
    }
  }

  private int algorithm() {
    return max ? dnnl.dnnl_pooling_max : dnnl.dnnl_pooling_avg_exclude_padding;
  }

  @Override
  public String toString() {
    return (max ? "a max pool of " : "an average pool of ")
        + kernel.rows()
        + "×"
        + kernel.columns()
        + " over "
        + Arrays.toString(source.shape());
  }
}
