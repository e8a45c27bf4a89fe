package dev.convoy.worker.engine.layer;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The gradient of max pooling with stride 1.
 *
 * <p>The maximum of a window is the maximum of its row maxima. The first row whose maximum equals
 * that of the window receives the gradient, and within it the first pixel that equals the row
 * maximum. For a window of {@code p × q} pixels that takes {@code p + q} comparisons, and the
 * gradients of windows above one another are distributed along a row together.
 *
 * <p>A ring of {@code p} slots holds the rows of the image, each from the first window that
 * contains it to the last. A row holds several images side by side, each with its padding on the
 * left, which is also the right padding of the image before it; windows across two images have no
 * gradient. The JIT compiler vectorises a loop only if it reads and writes all arrays at one index,
 * so neighbours are shifted into place by copying.
 */
final class OverlappingWindows implements MaxPoolGradient {
  /** Largest kernel along an axis; oneDNN is as fast from 5 on. */
  private static final int MAX_KERNEL = 3;

  /** Minimum number of values of a row, if there are enough images. */
  private static final int MIN_ROW_VALUES = 1024;

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
  private float[] remaining;
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
    images = (int) Math.min(input.n(), (MIN_ROW_VALUES + rowOfImage - 1) / rowOfImage);
    row = images * rowOfImage;
    int behind = (kernelColumns - 1 + left) * channels;
    pixels = new float[kernelRows][row + behind];
    maxima = new float[kernelRows][row + behind];
    gradients = new float[kernelRows][row + behind];
    for (float[] slot : pixels) {
      Arrays.fill(slot, PADDING);
    }
    work = new float[row];
    remaining = new float[row + behind];
    sum = new float[row + behind];
  }

  /** Returns whether windows are small and have stride 1. */
  static boolean isFasterFor(Sliding sliding) {
    return isFasterFor(sliding.rows()) && isFasterFor(sliding.columns());
  }

  private static boolean isFasterFor(Sliding.Axis axis) {
    return axis.kernel() <= MAX_KERNEL && axis.stride() == 1;
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

  /**
   * Computes the gradient of {@code count} images. Rows are counted from the first row of the
   * padding.
   */
  private void compute(int first, int count) {
    int rows = (int) Math.max(top + input.height(), output.height() + kernelRows - 1);
    for (int i = 0; i < rows; i++) {
      if (i >= kernelRows) {
        finishRow(i - kernelRows, first, count);
      }
      readRow(i, first, count);
      int window = i - kernelRows + 1;
      if (window >= 0 && window < output.height()) {
        shareAmongRows(window, first, count);
      } else {
        Arrays.fill(gradients[i % kernelRows], 0);
      }
    }
    for (int i = Math.max(0, rows - kernelRows); i < rows; i++) {
      finishRow(i, first, count);
    }
  }

  /** Reads a row and computes the maximum of its pixels for each window position. */
  private void readRow(int i, int first, int count) {
    float[] rowMaxima = maxima[i % kernelRows];
    if (isPadding(i)) {
      Arrays.fill(rowMaxima, PADDING);
      return;
    }
    float[] rowPixels = pixels[i % kernelRows];
    int length = (int) input.width() * channels;
    for (int k = 0; k < count; k++) {
      from.get(index(first + k, i), rowPixels, k * rowOfImage + left * channels, length);
    }
    System.arraycopy(rowPixels, 0, rowMaxima, 0, row);
    for (int column = 1; column < kernelColumns; column++) {
      System.arraycopy(rowPixels, column * channels, work, 0, row);
      raise(rowMaxima, work, row);
    }
  }

  /** Distributes the gradient of a row of windows among the rows of pixels that they contain. */
  private void shareAmongRows(int window, int first, int count) {
    Arrays.fill(remaining, 0);
    int length = (int) output.width() * channels;
    for (int k = 0; k < count; k++) {
      int index = ((first + k) * (int) output.height() + window) * length;
      outputGradient.get(index, remaining, k * rowOfImage, length);
    }
    System.arraycopy(maxima[window % kernelRows], 0, work, 0, row);
    for (int i = window + 1; i < window + kernelRows; i++) {
      raise(work, maxima[i % kernelRows], row);
    }
    for (int i = window; i < window + kernelRows - 1; i++) {
      moveWhereEqual(maxima[i % kernelRows], work, remaining, gradients[i % kernelRows], row);
    }
    int last = (window + kernelRows - 1) % kernelRows;
    float[] free = gradients[last];
    gradients[last] = remaining; // no earlier window contains this row
    remaining = free;
  }

  /** Distributes the gradient of a row among its pixels, and writes it. */
  private void finishRow(int i, int first, int count) {
    if (isPadding(i)) {
      return;
    }
    float[] rowPixels = pixels[i % kernelRows];
    float[] rowMaxima = maxima[i % kernelRows];
    float[] gradient = gradients[i % kernelRows];
    Arrays.fill(sum, 0);
    int length = row;
    for (int column = 1; column < kernelColumns; column++) {
      moveWhereEqual(rowPixels, rowMaxima, gradient, sum, length);
      shift(rowMaxima, length, Float.MAX_VALUE);
      shift(gradient, length, 0);
      length += channels;
    }
    add(gradient, sum, length);
    write(i, first, count);
  }

  private void write(int i, int first, int count) {
    int length = (int) input.width() * channels;
    for (int k = 0; k < count; k++) {
      to.put(index(first + k, i), sum, k * rowOfImage + left * channels, length);
    }
  }

  private boolean isPadding(int i) {
    return i < top || i >= top + input.height();
  }

  private int index(int image, int i) {
    return (image * (int) input.height() + i - top) * (int) input.width() * channels;
  }

  /** Shifts values by one pixel. */
  private void shift(float[] values, int length, float first) {
    System.arraycopy(values, 0, values, channels, length);
    Arrays.fill(values, 0, channels, first);
  }

  private static void raise(float[] rowMaxima, float[] values, int length) {
    for (int k = 0; k < length; k++) {
      rowMaxima[k] = Math.max(rowMaxima[k], values[k]);
    }
  }

  /**
   * Moves the remaining gradient to the sum where a value equals the maximum.
   *
   * <p>{@code max(0, 1 − (m − v)·2²⁰⁰)} is 1 there and 0 elsewhere, since {@code m ≥ v} and
   * different floats differ by at least 2⁻¹⁴⁹. The factor 2²⁰⁰ exceeds the range of a float, so it
   * is applied in two steps.
   */
  private static void moveWhereEqual(
      float[] values, float[] rowMaxima, float[] left, float[] sum, int length) {
    for (int k = 0; k < length; k++) {
      float equal = Math.max(0, 1 - (rowMaxima[k] - values[k]) * 0x1p100f * 0x1p100f);
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
