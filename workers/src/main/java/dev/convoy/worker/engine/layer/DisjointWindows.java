package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;
import java.nio.IntBuffer;

/**
 * The gradient of largest values of windows that lie apart, in an image without padding.
 *
 * <p>The values under one place of all windows of some rows are gathered, channels and windows side
 * by side, and compared with the largest: place after place, those that equal it take what the
 * places before have left. The last place takes the rest without a comparison, so that no gradient
 * gets lost. Values are compared and moved as bits, since the compiler makes vector instructions of
 * masks on integers and not on floats.
 */
final class DisjointWindows implements MaxPoolGradient {
  /** The largest kernel along an axis; oneDNN is as fast from 3 on. */
  private static final int KERNEL = 2;

  /** Values of the output at once, in arrays that stay in the nearest cache. */
  private static final int VALUES = 512;

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
  private final int[] rest;
  private final int[] share;

  /**
   * A gradient.
   *
   * @param before the function before the pool: the derivative of a rectifier is applied here,
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
    rowsAtOnce = Math.max(1, Math.min(height, VALUES / outputRow));
    pixels = new int[Math.multiplyExact(rowsAtOnce * sliding.rows().stride(), inputRow)];
    gradient = new int[pixels.length];
    zeros = new int[inputRow];
    values = new int[rowsAtOnce * outputRow];
    largest = new int[values.length];
    rest = new int[values.length];
    share = new int[values.length];
  }

  /** Whether windows are small and lie apart, without padding. */
  static boolean areFast(FeatureMapsShape input, Sliding sliding) {
    return areFast(sliding.rows(), (int) input.height())
        && areFast(sliding.columns(), (int) input.width());
  }

  private static boolean areFast(Sliding.Axis axis, int input) {
    return axis.kernel() <= Math.min(KERNEL, axis.stride())
        && axis.before(input) == 0
        && axis.after(input) == 0;
  }

  @Override
  public boolean derives() {
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
        int at = (image * height + i) * outputRow;
        from.get((top + i * stride) * inputRow, pixels, 0, pixelRows * inputRow);
        maxima.get(at, largest, 0, count * outputRow);
        gradients.get(at, rest, 0, count * outputRow);
        if (rectified) {
          rectify(rest, largest, count * outputRow);
        }
        share(count);
        to.put((top + i * stride) * inputRow, gradient, 0, pixelRows * inputRow);
      }
      for (int row = height * stride; row < input.height(); row++) {
        to.put((top + row) * inputRow, zeros);
      }
    }
  }

  /** Shares the gradient of rows of windows; what no window covers stays 0. */
  private void share(int rows) {
    int kernelRows = sliding.rows().kernel();
    int kernelColumns = sliding.columns().kernel();
    for (int row = 0; row < kernelRows; row++) {
      for (int column = 0; column < kernelColumns; column++) {
        if (row == kernelRows - 1 && column == kernelColumns - 1) {
          scatter(rest, row, column, rows);
        } else {
          gather(row, column, rows);
          take(values, largest, rest, share, rows * outputRow);
          scatter(share, row, column, rows);
        }
      }
    }
  }

  /** The pixels at one place of all windows. */
  private void gather(int row, int column, int rows) {
    int step = sliding.columns().stride() * channels;
    for (int i = 0; i < rows; i++) {
      int pixel = (i * sliding.rows().stride() + row) * inputRow + column * channels;
      for (int at = i * outputRow; at < (i + 1) * outputRow; at += channels) {
        System.arraycopy(pixels, pixel, values, at, channels);
        pixel += step;
      }
    }
  }

  private void scatter(int[] shares, int row, int column, int rows) {
    int step = sliding.columns().stride() * channels;
    for (int i = 0; i < rows; i++) {
      int pixel = (i * sliding.rows().stride() + row) * inputRow + column * channels;
      for (int at = i * outputRow; at < (i + 1) * outputRow; at += channels) {
        System.arraycopy(shares, at, gradient, pixel, channels);
        pixel += step;
      }
    }
  }

  /** Clears gradients where the largest value is a zero of either sign. */
  private static void rectify(int[] gradient, int[] largest, int count) {
    for (int k = 0; k < count; k++) {
      int magnitude = largest[k] << 1;
      gradient[k] &= (magnitude | -magnitude) >> 31;
    }
  }

  /**
   * Moves what is left from the rest to the share where the bits of the value are the largest's.
   */
  private static void take(int[] values, int[] largest, int[] rest, int[] share, int count) {
    for (int k = 0; k < count; k++) {
      int difference = values[k] ^ largest[k];
      int differs = (difference | -difference) >> 31;
      int left = rest[k];
      share[k] = left & ~differs;
      rest[k] = left & differs;
    }
  }
}
