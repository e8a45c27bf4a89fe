package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The ranges of a flat vector that hold ordinary parameters, which training steps change. The other
 * values are statistics: means and variances that batch normalisation measures. They are excluded
 * from the outer step, the divergence and compression.
 *
 * <p>Ranges are half open, {@code [from, to)}, in ascending order, and neighbours are merged, so
 * that equal sets of values are equal records.
 *
 * @param length number of values of the flat vector, statistics included, at least 0
 * @param parameters ranges of the ordinary parameters
 */
public record Ranges(int length, List<Range> parameters) implements Serializable {

  /**
   * A range of adjacent values.
   *
   * @param from offset of the first, at least 0
   * @param to offset after the last, above {@code from}
   */
  public record Range(int from, int to) implements Serializable {
    public Range {
      Checks.atLeast(0, from, "from");
      Checks.atLeast(from + 1L, to, "to");
    }

    /** Number of values. */
    public int length() {
      return to - from;
    }
  }

  public Ranges {
    Checks.atLeast(0, length, "length");
    parameters = List.copyOf(parameters);
    long end = -1;
    for (Range range : parameters) {
      Checks.that(
          range.from > end && range.to <= length,
          "parameters",
          range + " (must begin after " + end + " and end at " + length + " or before)");
      end = range.to;
    }
  }

  /** Returns the ranges of a vector whose values are all ordinary parameters. */
  public static Ranges everything(int length) {
    return without(List.of(), length);
  }

  /**
   * Returns all values except the statistics.
   *
   * @param length number of values of the flat vector, at least 0
   * @throws IllegalArgumentException if a statistic lies beyond the end of the vector
   */
  public static Ranges without(List<PooledVariances.Statistics> statistics, int length) {
    Checks.atLeast(0, length, "length");
    BitSet ordinary = new BitSet(length);
    ordinary.set(0, length);
    for (PooledVariances.Statistics one : statistics) {
      long end = (long) Math.max(one.mean(), one.variance()) + one.length();
      Checks.that(
          end <= length, "statistics", one + " (must end at " + length + " values or before)");
      ordinary.clear(one.mean(), one.mean() + one.length());
      ordinary.clear(one.variance(), one.variance() + one.length());
    }
    return new Ranges(length, runs(ordinary));
  }

  /** Returns the ranges of the statistics: all values that are not parameters. */
  public List<Range> statistics() {
    BitSet statistics = new BitSet(length);
    statistics.set(0, length);
    parameters.forEach(range -> statistics.clear(range.from, range.to));
    return runs(statistics);
  }

  /** Returns the ordinary parameters in {@code [from, to)}. */
  List<Range> within(int from, int to) {
    List<Range> clipped = new ArrayList<>();
    for (Range range : parameters) {
      int first = Math.max(from, range.from);
      int end = Math.min(to, range.to);
      if (first < end) {
        clipped.add(new Range(first, end));
      }
    }
    return clipped;
  }

  /**
   * Checks that a vector has the length of these ranges.
   *
   * @throws IllegalArgumentException otherwise
   */
  void requireLengthOf(float[] vector, String name) {
    Checks.that(
        vector.length == length,
        name,
        vector.length + " values (must be " + length + " as in the ranges)");
  }

  private static List<Range> runs(BitSet bits) {
    List<Range> runs = new ArrayList<>();
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      runs.add(new Range(from, to));
      from = bits.nextSetBit(to);
    }
    return runs;
  }
}
