package dev.convoy.benchmarks.scoring;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one JVM has measured.
 *
 * @param rates images per second in each repetition
 * @param micros CPU time of the process in each repetition, in microseconds an image. It hardly
 *     changes if other programs use the cores too.
 * @param equal share of the rows for which every whole job predicts the same label
 */
record ScoringResult(
    Map<ScoringSystem, List<Double>> rates, Map<ScoringSystem, List<Double>> micros, double equal) {
  /** Returns the median rate of a system. */
  double imagesPerSecond(ScoringSystem system) {
    return median(rates.get(system));
  }

  /** Returns the median CPU time of a system, in microseconds an image. */
  double processorMicros(ScoringSystem system) {
    return median(micros.get(system));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).sum() / 2;
  }
}
