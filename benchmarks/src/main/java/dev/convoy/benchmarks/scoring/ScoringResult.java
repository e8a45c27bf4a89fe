package dev.convoy.benchmarks.scoring;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one JVM has measured.
 *
 * @param imagesPerSecond the rate of each repetition
 * @param equal share of the rows for which every whole job predicts the same label
 */
record ScoringResult(Map<ScoringSystem, List<Double>> imagesPerSecond, double equal) {
  /** Returns the median rate of a system. */
  double median(ScoringSystem system) {
    double[] sorted =
        imagesPerSecond.get(system).stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).sum() / 2;
  }
}
