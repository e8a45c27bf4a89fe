package dev.convoy.worker.engine.layer;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The gradient of largest values of windows that move by one pixel.
 *
 * <p>The largest value of a window is the largest of those of its rows. First each row of a window
 * is asked, in order, whether its largest value is the window's; then each pixel of the row that
 * has taken the gradient, whether it is the row's. Of {@code p × q} pixels under a window that
 * takes {@code p + q} comparisons, and the gradients of all windows above each other travel along a
 * row together.
 *
 * <p>Rows of the image pass through {@code p} slots, from the first window that sees them to the
 * last. A row holds some images side by side, each with its padding on the left, which is the
 * padding on the right of the one before; windows across two images have no gradient. All arrays of
 * a loop are read and written at one index, or else the compiler makes no vector instructions of
 * it, and therefore neighbours are shifted into place by copying.
 */
final class OverlappingWindows implements MaxPoolGradient {
  /** The largest kernel along an axis; oneDNN is as fast from 5 on. */
  private static final int KERNEL = 3;

  /** Values of a row at least, if there are images enough. */
  private static final int VALUES = 1024;

  private static final float PADDING = -Float.MAX_VALUE;

  private final FeatureMapsShape input;
  private final FeatureMapsShape output;
  private final int channels;
  private final int top;
  private final int left;
  private final int kernelRows;
  private final int kernelColumns;
  private final int rowOfImage;
  private final int images;
  private final int row;
  private final float[][] pixels;
  private final float[][] maxima;
  private final float[][] gradients;
  private final float[] work;
  private final float[] sum;
  private float[] rest;
  private FloatBuffer from;
  private FloatBuffer outputGradient;
  private FloatBuffer to;

  OverlappingWindows(FeatureMapsShape input, Sliding sliding) {
    this.input = input;
    output = sliding.over(input, input.channels());
    channels = (int) input.channels();
    top = sliding.rows().before((int) input.height());
    left = sliding.columns().before((int) input.width());
    kernelRows = sliding.rows().kernel();
    kernelColumns = sliding.columns().kernel();
    int right = sliding.columns().after((int) input.width());
    rowOfImage = Math.toIntExact((input.width() + Math.max(left, right)) * channels);
    images = (int) Math.min(input.n(), (VALUES + rowOfImage - 1) / rowOfImage);
    row = images * rowOfImage;
    int behind = (kernelColumns - 1 + left) * channels;
    pixels = new float[kernelRows][row + behind];
    maxima = new float[kernelRows][row + behind];
    gradients = new float[kernelRows][row + behind];
    for (float[] slot : pixels) {
      Arrays.fill(slot, PADDING);
    }
    work = new float[row];
    rest = new float[row + behind];
    sum = new float[row + behind];
  }

  /** Whether windows are small and move by one pixel. */
  static boolean areFast(Sliding sliding) {
    return areFast(sliding.rows()) && areFast(sliding.columns());
  }

  private static boolean areFast(Sliding.Axis axis) {
    return axis.kernel() <= KERNEL && axis.stride() == 1;
  }

  @Override
  public void compute(long x, long y, long dy, long dx) {
    long inputs = input.bytes() / Float.BYTES;
    from = Native.floats(x, inputs);
    to = Native.floats(dx, inputs);
    outputGradient = Native.floats(dy, output.bytes() / Float.BYTES);
    for (int first = 0; first < input.n(); first += images) {
      compute(first, (int) Math.min(images, input.n() - first));
    }
  }

  /** Rows are counted from the first of the padding. */
  private void compute(int first, int count) {
    int rows = (int) Math.max(top + input.height(), output.height() + kernelRows - 1);
    for (int i = 0; i < rows; i++) {
      if (i >= kernelRows) {
        leave(i - kernelRows, first, count);
      }
      enter(i, first, count);
      int window = i - kernelRows + 1;
      if (window >= 0 && window < output.height()) {
        share(window, first, count);
      } else {
        Arrays.fill(gradients[i % kernelRows], 0);
      }
    }
    for (int i = Math.max(0, rows - kernelRows); i < rows; i++) {
      leave(i, first, count);
    }
  }

  /** Reads a row, and finds the largest value along it at each place of a window. */
  private void enter(int i, int first, int count) {
    float[] most = maxima[i % kernelRows];
    if (isPadding(i)) {
      Arrays.fill(most, PADDING);
      return;
    }
    float[] own = pixels[i % kernelRows];
    int length = (int) input.width() * channels;
    for (int k = 0; k < count; k++) {
      from.get(at(first + k, i), own, k * rowOfImage + left * channels, length);
    }
    System.arraycopy(own, 0, most, 0, row);
    for (int column = 1; column < kernelColumns; column++) {
      System.arraycopy(own, column * channels, work, 0, row);
      raise(most, work, row);
    }
  }

  /** Shares the gradient of a row of windows among the rows of pixels under it. */
  private void share(int window, int first, int count) {
    Arrays.fill(rest, 0);
    int length = (int) output.width() * channels;
    for (int k = 0; k < count; k++) {
      int at = ((first + k) * (int) output.height() + window) * length;
      outputGradient.get(at, rest, k * rowOfImage, length);
    }
    System.arraycopy(maxima[window % kernelRows], 0, work, 0, row);
    for (int i = window + 1; i < window + kernelRows; i++) {
      raise(work, maxima[i % kernelRows], row);
    }
    for (int i = window; i < window + kernelRows - 1; i++) {
      take(maxima[i % kernelRows], work, rest, gradients[i % kernelRows], row);
    }
    int last = (window + kernelRows - 1) % kernelRows;
    float[] free = gradients[last];
    gradients[last] = rest; // which no window before has seen
    rest = free;
  }

  /** Shares the gradient of a row among the pixels of each window, and writes it. */
  private void leave(int i, int first, int count) {
    if (isPadding(i)) {
      return;
    }
    float[] own = pixels[i % kernelRows];
    float[] most = maxima[i % kernelRows];
    float[] gradient = gradients[i % kernelRows];
    Arrays.fill(sum, 0);
    int length = row;
    for (int column = 1; column < kernelColumns; column++) {
      take(own, most, gradient, sum, length);
      shift(most, length, Float.MAX_VALUE);
      shift(gradient, length, 0);
      length += channels;
    }
    add(gradient, sum, length);
    write(i, first, count);
  }

  private void write(int i, int first, int count) {
    int length = (int) input.width() * channels;
    for (int k = 0; k < count; k++) {
      to.put(at(first + k, i), sum, k * rowOfImage + left * channels, length);
    }
  }

  private boolean isPadding(int i) {
    return i < top || i >= top + input.height();
  }

  private int at(int image, int i) {
    return (image * (int) input.height() + i - top) * (int) input.width() * channels;
  }

  /** Moves values to the place of the next pixel. */
  private void shift(float[] values, int length, float first) {
    System.arraycopy(values, 0, values, channels, length);
    Arrays.fill(values, 0, channels, first);
  }

  private static void raise(float[] most, float[] values, int length) {
    for (int k = 0; k < length; k++) {
      most[k] = Math.max(most[k], values[k]);
    }
  }

  /**
   * Moves what is left to the sum where a value equals the largest.
   *
   * <p>{@code max(0, 1 − (m − v)·2²⁰⁰)} is 1 there and 0 elsewhere, since {@code m ≥ v} and floats
   * that differ do so by 2⁻¹⁴⁹ at least; the factor is no float, but its root is.
   */
  private static void take(float[] values, float[] most, float[] left, float[] sum, int length) {
    for (int k = 0; k < length; k++) {
      float equal = Math.max(0, 1 - (most[k] - values[k]) * 0x1p100f * 0x1p100f);
      float before = left[k];
      float taken = before * equal;
      sum[k] += taken;
      left[k] = before - taken;
    }
  }

  private static void add(float[] left, float[] sum, int length) {
    for (int k = 0; k < length; k++) {
      sum[k] += left[k];
    }
  }
}
