package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;
import java.nio.IntBuffer;

/**
 * The gradient of max pooling with disjoint windows and without padding.
 *
 * <p>For each position within a window in turn, the values at that position are gathered from all
 * windows of some output rows and compared with the maxima. Where they are equal, they receive the
 * gradient that earlier positions have not taken. The last position receives the remaining gradient
 * without a comparison, so that none is lost. Values are compared and moved as bits, since the JIT
 * compiler vectorises masks on integers but not on floats.
 */
final class DisjointWindows implements MaxPoolGradient {
  /** Largest kernel along an axis; oneDNN is as fast for larger ones. */
  private static final int MAX_KERNEL = 2;

  /** Output values that are processed at once, in arrays that stay in the first-level cache. */
  private static final int CHUNK_VALUES = 512;

  private final FeatureMapsShape input;
  private final Sliding sliding;
  private final boolean rectified;
  private final int channels;
  private final int inputRow;
  private final int outputRow;
  private final int height;
  private final int rowsAtOnce;
  private final int[] pixels;
  private final int[] gradient;
  private final int[] zeros;
  private final int[] values;
  private final int[] largest;
  private final int[] remaining;
  private final int[] share;

  /**
   * Creates a gradient for one shape of input.
   *
   * @param before activation of the layer before the pool; the derivative of ReLU is applied here,
   *     which saves a pass over the gradient
   */
  DisjointWindows(FeatureMapsShape input, Sliding sliding, Function before) {
    this.input = input;
    this.sliding = sliding;
    rectified = before == Function.RELU;
    FeatureMapsShape output = sliding.over(input, input.channels());
    channels = (int) input.channels();
    inputRow = Math.toIntExact(input.width() * channels);
    outputRow = Math.toIntExact(output.width() * channels);
    height = (int) output.height();
    rowsAtOnce = Math.max(1, Math.min(height, CHUNK_VALUES / outputRow));
    pixels = new int[Math.multiplyExact(rowsAtOnce * sliding.rows().stride(), inputRow)];
    gradient = new int[pixels.length];
    zeros = new int[inputRow];
    values = new int[rowsAtOnce * outputRow];
    largest = new int[values.length];
    remaining = new int[values.length];
    share = new int[values.length];
  }

  /** Returns whether windows are small and disjoint, without padding. */
  static boolean isFasterFor(FeatureMapsShape input, Sliding sliding) {
    return isFasterFor(sliding.rows(), (int) input.height())
        && isFasterFor(sliding.columns(), (int) input.width());
  }

  private static boolean isFasterFor(Sliding.Axis axis, int input) {
    return axis.kernel() <= Math.min(MAX_KERNEL, axis.stride())
        && axis.before(input) == 0
        && axis.after(input) == 0;
  }

  @Override
  public boolean appliesDerivative() {
    return rectified;
  }

  @Override
  public void compute(long x, long y, long dy, long dx) {
    long inputs = input.n() * input.height() * inputRow;
    long outputs = input.n() * height * outputRow;
    IntBuffer from = Native.ints(x, inputs);
    IntBuffer to = Native.ints(dx, inputs);
    IntBuffer maxima = Native.ints(y, outputs);
    IntBuffer gradients = Native.ints(dy, outputs);
    int stride = sliding.rows().stride();
    for (int image = 0; image < input.n(); image++) {
      int top = image * (int) input.height();
      for (int i = 0; i < height; i += rowsAtOnce) {
        int count = Math.min(rowsAtOnce, height - i);
        int pixelRows = Math.min(count * stride, (int) input.height() - i * stride);
        int index = (image * height + i) * outputRow;
        from.get((top + i * stride) * inputRow, pixels, 0, pixelRows * inputRow);
        maxima.get(index, largest, 0, count * outputRow);
        gradients.get(index, remaining, 0, count * outputRow);
        if (rectified) {
          rectify(remaining, largest, count * outputRow);
        }
        share(count);
        to.put((top + i * stride) * inputRow, gradient, 0, pixelRows * inputRow);
      }
      for (int row = height * stride; row < input.height(); row++) {
        to.put((top + row) * inputRow, zeros);
      }
    }
  }

  /**
   * Distributes the gradient of rows of windows to their pixels. Pixels that no window covers keep
   * 0.
   */
  private void share(int rows) {
    int kernelRows = sliding.rows().kernel();
    int kernelColumns = sliding.columns().kernel();
    for (int row = 0; row < kernelRows; row++) {
      for (int column = 0; column < kernelColumns; column++) {
        if (row == kernelRows - 1 && column == kernelColumns - 1) {
          scatter(remaining, row, column, rows);
        } else {
          gather(row, column, rows);
          take(values, largest, remaining, share, rows * outputRow);
          scatter(share, row, column, rows);
        }
      }
    }
  }

  /** Gathers the pixels at one position of all windows. */
  private void gather(int row, int column, int rows) {
    int step = sliding.columns().stride() * channels;
    for (int i = 0; i < rows; i++) {
      int pixel = (i * sliding.rows().stride() + row) * inputRow + column * channels;
      for (int index = i * outputRow; index < (i + 1) * outputRow; index += channels) {
        System.arraycopy(pixels, pixel, values, index, channels);
        pixel += step;
      }
    }
  }

  private void scatter(int[] shares, int row, int column, int rows) {
    int step = sliding.columns().stride() * channels;
    for (int i = 0; i < rows; i++) {
      int pixel = (i * sliding.rows().stride() + row) * inputRow + column * channels;
      for (int index = i * outputRow; index < (i + 1) * outputRow; index += channels) {
        System.arraycopy(shares, index, gradient, pixel, channels);
        pixel += step;
      }
    }
  }

  /** Clears gradients where the maximum is a zero of either sign. */
  private static void rectify(int[] gradient, int[] largest, int count) {
    for (int k = 0; k < count; k++) {
      int magnitude = largest[k] << 1;
      gradient[k] &= (magnitude | -magnitude) >> 31;
    }
  }

  /** Moves the remaining gradient to the share where a value equals the maximum bit by bit. */
  private static void take(int[] values, int[] largest, int[] remaining, int[] share, int count) {
    for (int k = 0; k < count; k++) {
      int difference = values[k] ^ largest[k];
      int differs = (difference | -difference) >> 31;
      int gradient = remaining[k];
      share[k] = gradient & ~differs;
      remaining[k] = gradient & differs;
    }
  }
}
