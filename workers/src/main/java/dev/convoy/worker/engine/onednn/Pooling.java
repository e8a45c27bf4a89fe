package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The largest or the mean value under a window that slides over feature maps of one shape, with the
 * gradient. Padding is neither compared nor counted.
 *
 * @param largest whether it is the largest value, else the mean
 * @param source layout of the input
 * @param destination layout of the output
 * @param kernel pixels under the window
 * @param strides rows, columns
 * @param before padding above and on the left, less than the kernel
 * @param after padding below and on the right, less than the kernel
 */
public record Pooling(
    boolean largest,
    Layout source,
    Layout destination,
    Span kernel,
    Span strides,
    Span before,
    Span after) {
  /** Pixels of a map from which on its mean is that of the means of its columns. */
  private static final long MANY_PIXELS = 1024;

  /** Whether the mean of a map of so many pixels is taken as that of the means of its columns. */
  public static boolean isMeanOfMeans(long pixels) {
    return pixels >= MANY_PIXELS;
  }

  /** {@code DST} from {@code SRC}, where no gradient is asked for. */
  public Kernel scoring(Engine engine, Resources owner) {
    return forward(engine, owner, dnnl.dnnl_forward_inference);
  }

  /**
   * {@code DST} from {@code SRC}; of the largest values, {@code WORKSPACE} remembers the places.
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
   * {@code DIFF_SRC} from {@code DIFF_DST} and, of the largest values, {@code WORKSPACE}.
   *
   * @param training the kernel that has filled the workspace
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
    return largest ? dnnl.dnnl_pooling_max : dnnl.dnnl_pooling_avg_exclude_padding;
  }

  @Override
  public String toString() {
    return (largest ? "a max pool of " : "an average pool of ")
        + kernel.rows()
        + "×"
        + kernel.columns()
        + " over "
        + Arrays.toString(source.shape());
  }
}
