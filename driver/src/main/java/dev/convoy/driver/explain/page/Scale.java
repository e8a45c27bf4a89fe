package dev.convoy.driver.explain.page;

import dev.convoy.driver.report.Numbers;
import java.util.Arrays;

/**
 * The colour scale of numbers that are drawn together; the colour of a number depends on its ratio
 * to {@code end}.
 *
 * @param end above 0: the 99.5th percentile of the absolute values, so that a single outlier does
 *     not make all others pale
 * @param signed whether any number is below 0
 * @param cut whether any number is beyond the end and has the end's colour
 */
record Scale(double end, boolean signed, boolean cut) {
  private static final double PERCENTILE = 0.995;

  /** Returns the scale of the given values. */
  static Scale of(float[]... parts) {
    int count = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    double[] sizes = new double[count];
    boolean signed = false;
    int next = 0;
    for (float[] part : parts) {
      for (float value : part) {
        sizes[next++] = Math.abs(value);
        signed |= value < 0;
      }
    }
    Arrays.sort(sizes);
    double end = sizes[(int) Math.floor(PERCENTILE * (count - 1))];
    end = end > 0 ? end : sizes[count - 1];
    return new Scale(end > 0 ? end : 1, signed, end > 0 && sizes[count - 1] > end);
  }

  int colour(double value) {
    return Colours.signed(value / end);
  }

  /** Returns the label of the legend's lower end. */
  String low() {
    return signed ? (cut ? "≤ −" : "−") + Numbers.significant(end) : "0";
  }

  /** Returns the label of the legend's upper end. */
  String high() {
    return (cut ? "≥ " : "") + Numbers.significant(end);
  }
}
