package dev.convoy.worker.engine.layer;

import java.util.Arrays;

/**
 * Lp pooling of windows, {@code y = (Σ |x|^p)^(1/p)}, with its gradient {@code dx =
 * sign(x)·|x|^(p−1) · Σ dy / y^(p−1)} over the windows that contain {@code x}; it is 0 where {@code
 * x} is 0.
 *
 * <p>oneDNN has no Lp pooling. Sums are computed row by row in double precision, because powers of
 * small values underflow in single precision: {@code 0.004^16} does.
 */
final class LpPoolPass implements FeatureMapsPass {
  private final FeatureMapsShape input;
  private final FeatureMapsShape output;
  private final Sliding sliding;
  private final int exponent;
  private final int channels;
  private final float[] inputRow;
  private final double[] powers;
  private final float[] outputRow;
  private final double[] sums;
  private double[] shares;
  private float[] outputGradientRow;

  LpPoolPass(FeatureMapsShape input, Sliding sliding, int exponent) {
    this.input = input;
    this.output = sliding.over(input, input.channels());
    this.sliding = sliding;
    this.exponent = exponent;
    channels = (int) input.channels();
    inputRow = new float[Math.toIntExact(input.width() * channels)];
    powers = new double[inputRow.length];
    outputRow = new float[Math.toIntExact(output.width() * channels)];
    sums = new double[outputRow.length];
  }

  @Override
  public FeatureMapsShape outputShape() {
    return output;
  }

  @Override
  public void score(long x, long y) {
    train(x, y);
  }

  @Override
  public void train(long x, long y) {
    for (long image = 0; image < input.n(); image++) {
      for (int i = 0; i < output.height(); i++) {
        Arrays.fill(sums, 0);
        int top = i * sliding.rows().stride() - sliding.rows().before((int) input.height());
        int end = (int) Math.min(input.height(), (long) top + sliding.rows().kernel());
        for (int row = Math.max(0, top); row < end; row++) {
          Native.read(x, (image * input.height() + row) * inputRow.length, inputRow);
          raise();
          gather(powers, sums);
        }
        for (int k = 0; k < sums.length; k++) {
          outputRow[k] = (float) root(sums[k]);
        }
        Native.write(outputRow, y, (image * output.height() + i) * outputRow.length);
      }
    }
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    if (shares == null) {
      shares = new double[Math.toIntExact(output.height() * outputRow.length)];
      outputGradientRow = new float[outputRow.length];
    }
    int before = sliding.rows().before((int) input.height());
    int stride = sliding.rows().stride();
    for (long image = 0; image < input.n(); image++) {
      share(image, y, dy);
      for (int row = 0; row < input.height(); row++) {
        Arrays.fill(powers, 0);
        int first =
            Math.max(0, Math.floorDiv(row + before - sliding.rows().kernel() + stride, stride));
        int last = (int) Math.min(output.height() - 1, (row + before) / stride);
        for (int i = first; i <= last; i++) {
          scatter(shares, i * outputRow.length, powers);
        }
        long offset = (image * input.height() + row) * inputRow.length;
        Native.read(x, offset, inputRow);
        derive();
        Native.write(inputRow, dx, offset);
      }
    }
  }

  /** Computes {@code |x|^p} of a row of the input into {@code powers}. */
  private void raise() {
    if (exponent == 2) {
      for (int k = 0; k < powers.length; k++) {
        powers[k] = (double) inputRow[k] * inputRow[k];
      }
    } else {
      for (int k = 0; k < powers.length; k++) {
        powers[k] = power(Math.abs(inputRow[k]), exponent);
      }
    }
  }

  /** Replaces a row of the input by its gradient. {@code powers} holds the sums of shares. */
  private void derive() {
    if (exponent == 2) {
      for (int k = 0; k < powers.length; k++) {
        inputRow[k] = (float) (inputRow[k] * powers[k]);
      }
    } else {
      for (int k = 0; k < powers.length; k++) {
        double value = inputRow[k];
        double slope = Math.signum(value) * power(Math.abs(value), exponent - 1);
        inputRow[k] = (float) (slope * powers[k]);
      }
    }
  }

  /** Computes {@code dy / y^(p−1)} of one image into {@code shares}. */
  private void share(long image, long y, long dy) {
    for (int i = 0; i < output.height(); i++) {
      long offset = (image * output.height() + i) * outputRow.length;
      Native.read(y, offset, outputRow);
      Native.read(dy, offset, outputGradientRow);
      for (int k = 0; k < outputRow.length; k++) {
        shares[i * outputRow.length + k] =
            outputRow[k] == 0 ? 0 : outputGradientRow[k] / power(outputRow[k], exponent - 1);
      }
    }
  }

  /** Adds the pixels of an input row to the windows of an output row. */
  private void gather(double[] pixels, double[] windows) {
    for (int j = 0; j < output.width(); j++) {
      int left = left(j);
      for (int column = Math.max(0, left); column < end(left); column++) {
        add(pixels, column * channels, windows, j * channels);
      }
    }
  }

  /** Adds the windows of an output row to the pixels of an input row. */
  private void scatter(double[] windows, int first, double[] pixels) {
    for (int j = 0; j < output.width(); j++) {
      int left = left(j);
      for (int column = Math.max(0, left); column < end(left); column++) {
        add(windows, first + j * channels, pixels, column * channels);
      }
    }
  }

  private int left(int window) {
    return window * sliding.columns().stride() - sliding.columns().before((int) input.width());
  }

  private int end(int left) {
    return (int) Math.min(input.width(), (long) left + sliding.columns().kernel());
  }

  private void add(double[] from, int first, double[] to, int index) {
    for (int channel = 0; channel < channels; channel++) {
      to[index + channel] += from[first + channel];
    }
  }

  private double root(double sum) {
    return switch (exponent) {
      case 1 -> sum;
      case 2 -> Math.sqrt(sum);
      default -> Math.pow(sum, 1.0 / exponent);
    };
  }

  /** Computes an integer power by repeated squaring; the power of exponent 0 is 1. */
  private static double power(double base, int exponent) {
    double product = 1;
    double square = base;
    for (int left = exponent; left > 0; left >>= 1) {
      product = (left & 1) == 1 ? product * square : product;
      square *= square;
    }
    return product;
  }
}
