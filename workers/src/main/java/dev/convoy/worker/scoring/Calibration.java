package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far the confidence of predictions can be trusted: for predictions of similar confidence, the
 * share that is right (a reliability diagram). Confidence, the largest probability of an example,
 * is counted in {@value #BINS} bins of equal width (Guo et al., On calibration of modern neural
 * networks, 2017, section 2).
 */
public final class Calibration implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Number of bins; bin {@code b} holds confidences from {@code b / BINS} on. */
  public static final int BINS = 15;

  private final long[] examples = new long[BINS];
  private final long[] right = new long[BINS];
  private final double[] confidenceSum = new double[BINS];

  /**
   * One bin with at least one example.
   *
   * @param from lowest confidence of the bin
   * @param to lowest confidence of the next bin
   * @param examples number of predictions
   * @param confidence their mean confidence
   * @param accuracy share of them that is right
   */
  public record Bin(double from, double to, long examples, double confidence, double accuracy) {}

  /**
   * Counts one prediction.
   *
   * @param confidence from 0 to 1
   */
  public void add(double confidence, boolean isRight) {
    Checks.between(0, 1, confidence, "confidence");
    int bin = Math.min(BINS - 1, (int) (confidence * BINS));
    examples[bin]++;
    right[bin] += isRight ? 1 : 0;
    confidenceSum[bin] += confidence;
  }

  /** Returns the counts of both. */
  public Calibration plus(Calibration other) {
    Calibration sum = new Calibration();
    for (Calibration one : List.of(this, other)) {
      for (int bin = 0; bin < BINS; bin++) {
        sum.examples[bin] += one.examples[bin];
        sum.right[bin] += one.right[bin];
        sum.confidenceSum[bin] += one.confidenceSum[bin];
      }
    }
    return sum;
  }

  /** Returns the bins that have examples, by confidence. */
  public List<Bin> bins() {
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (examples[bin] > 0) {
        bins.add(
            new Bin(
                (double) bin / BINS,
                (bin + 1.0) / BINS,
                examples[bin],
                confidenceSum[bin] / examples[bin],
                (double) right[bin] / examples[bin]));
      }
    }
    return bins;
  }

  /**
   * Returns the expected calibration error: the mean distance of accuracy from confidence over the
   * bins, weighted by examples; NaN without examples.
   */
  public double expectedError() {
    long all = Arrays.stream(examples).sum();
    return bins().stream()
            .mapToDouble(bin -> bin.examples() * Math.abs(bin.accuracy() - bin.confidence()))
            .sum()
        / all;
  }
}
