package dev.convoy.driver.tensorboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The distribution of the values of a tensor, in the buckets that TensorFlow's own histograms have:
 * their limits grow by a tenth from 1e-12 to 1e20, on both sides of 0. A bucket counts the values
 * from the limit before it, included, to its own, excluded.
 *
 * @param limits upper limits of the buckets, ascending
 * @param counts number of values in each bucket
 */
record Histogram(
    double min,
    double max,
    long number,
    double sum,
    double sumOfSquares,
    List<Double> limits,
    List<Double> counts) {
  private static final double[] LIMITS = limitsOfBuckets();

  Histogram {
    limits = List.copyOf(limits);
    counts = List.copyOf(counts);
  }

  /** Returns the distribution of values; empty if there are none or one of them is not finite. */
  static Optional<Histogram> of(float[] values) {
    if (values.length == 0) {
      return Optional.empty();
    }
    int[] found = new int[LIMITS.length];
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return Optional.empty();
      }
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += (double) value * value;
      found[bucket(value)]++;
    }
    List<Double> limits = new ArrayList<>();
    List<Double> counts = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      // Of empty buckets in a row only the last is written: it is the lower limit of the next.
      boolean last = i + 1 == found.length || found[i + 1] > 0;
      if (found[i] > 0 || (last && i + 1 < found.length)) {
        limits.add(LIMITS[i]);
        counts.add((double) found[i]);
      }
    }
    return Optional.of(new Histogram(min, max, values.length, sum, squares, limits, counts));
  }

  /** Returns the first bucket whose limit is above a value. */
  private static int bucket(double value) {
    int found = Arrays.binarySearch(LIMITS, value);
    return Math.min(found >= 0 ? found + 1 : -found - 1, LIMITS.length - 1);
  }

  private static double[] limitsOfBuckets() {
    List<Double> positive = new ArrayList<>();
    for (double limit = 1e-12; limit < 1e20; limit *= 1.1) {
      positive.add(limit);
    }
    positive.add(Double.MAX_VALUE);
    int n = positive.size();
    double[] limits = new double[2 * n + 1];
    for (int i = 0; i < n; i++) {
      limits[n + 1 + i] = positive.get(i);
      limits[n - 1 - i] = -positive.get(i);
    }
    return limits;
  }

  /** Returns the message {@code HistogramProto}. */
  Message message() {
    return new Message()
        .real(1, min)
        .real(2, max)
        .real(3, number)
        .real(4, sum)
        .real(5, sumOfSquares)
        .reals(6, limits)
        .reals(7, counts);
  }
}
