package dev.convoy.benchmarks.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Memory layouts of arrays of shape {@code (n, c, h, w)}. */
public enum Layout {
  /** Channels-first: libtorch's default. */
  CONTIGUOUS {
    @Override
    NDArray array(NDManager manager, float[] values, int n, int c, int h, int w) {
      try (NDArray lent = manager.create(values, new Shape(n, c, h, w))) {
        return lent.duplicate();
      }
    }
  },
  /**
   * Channels-last: libtorch's {@code channels_last}, in which the channels of a pixel are adjacent.
   * Its operators keep the layout of their inputs.
   */
  CHANNELS_LAST {
    @Override
    NDArray array(NDManager manager, float[] values, int n, int c, int h, int w) {
      float[] last = new float[values.length];
      int plane = h * w;
      int from = 0;
      for (int image = 0; image < n; image++) {
        for (int channel = 0; channel < c; channel++) {
          int to = image * c * plane + channel;
          for (int pixel = 0; pixel < plane; pixel++) {
            last[to + pixel * c] = values[from++];
          }
        }
      }
      try (NDArray lent = manager.create(last, new Shape(n, h, w, c));
          NDArray permuted = lent.transpose(0, 3, 1, 2)) {
        return permuted.duplicate();
      }
    }
  };

  /**
   * Returns an array of shape {@code (n, c, h, w)} in this layout, in libtorch's own memory. An
   * array that DJL creates from Java values uses a Java buffer, which is freed with that array,
   * even if views of it are left.
   *
   * @param values channel-major, in either layout
   */
  abstract NDArray array(NDManager manager, float[] values, int n, int c, int h, int w);
}
