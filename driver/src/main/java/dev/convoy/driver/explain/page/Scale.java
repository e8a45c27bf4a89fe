package dev.convoy.driver.explain.page;

import dev.convoy.driver.report.Numbers;
import java.util.Arrays;

/**
 * How far numbers reach that are drawn together: a colour is a share of {@code end}.
 *
 * @param end above 0: the 99.5th percentile of their absolute values, so that one outlier does not
 *     make all others pale
 * @param signed whether any of them is below 0
 * @param cut whether some lie beyond the end, in the colour of the end
 */
record Scale(double end, boolean signed, boolean cut) {
  private static final double PERCENTILE = 0.995;

  /** The scale of some values. */
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

  /** The legend's lower end. */
  String low() {
    return signed ? (cut ? "≤ −" : "−") + Numbers.significant(end) : "0";
  }

  /** The legend's upper end. */
  String high() {
    return (cut ? "≥ " : "") + Numbers.significant(end);
  }
}
