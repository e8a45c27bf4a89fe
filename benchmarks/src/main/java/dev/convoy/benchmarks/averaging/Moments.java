package dev.convoy.benchmarks.averaging;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * End times of the rounds of a run.
 *
 * @param epochs for each epoch the ends of its rounds, in microseconds since 1970
 */
record Moments(List<List<Long>> epochs) {
  private static final double MICROS_A_MILLISECOND = 1e3;

  Moments {
    epochs = epochs.stream().map(List::copyOf).toList();
  }

  /** Returns the ends of all rounds. */
  List<Long> all() {
    return epochs.stream().flatMap(List::stream).toList();
  }

  /**
   * Returns the median duration in milliseconds of rounds that are not the first of their epoch;
   * null if there is none.
   */
  Double roundMillis(int warmUpEpochs) {
    List<Double> millis = new ArrayList<>();
    for (List<Long> ends : epochs.subList(warmUpEpochs, epochs.size())) {
      for (int round = 1; round < ends.size(); round++) {
        millis.add((ends.get(round) - ends.get(round - 1)) / MICROS_A_MILLISECOND);
      }
    }
    return median(millis);
  }

  /**
   * Returns the mean bytes of a round after the warm-up; null if no round precedes the measured
   * ones.
   */
  Double movedBytes(int warmUpEpochs) {
    if (warmUpEpochs == 0) {
      return null;
    }
    List<Long> before = epochs.get(warmUpEpochs - 1);
    List<List<Long>> measured = epochs.subList(warmUpEpochs, epochs.size());
    List<Long> last = measured.get(measured.size() - 1);
    long rounds = measured.stream().mapToLong(List::size).sum();
    return (double) Transfers.bytes(before.get(before.size() - 1), last.get(last.size() - 1))
        / rounds;
  }

  /** Returns the median of values; null if there are none. */
  static Double median(List<Double> values) {
    return values.isEmpty()
        ? null
        : new Median().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
