package dev.convoy.worker.scoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts from which precision and recall of each label follow when all examples are taken for it
 * whose probability reaches a threshold. There are {@value #STEPS} thresholds of equal distance.
 */
public final class ThresholdCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Number of thresholds: {@code 0, 1/STEPS, …}. */
  public static final int STEPS = 50;

  /** Number of examples of the label by step of its probability, {@code [label][step]}. */
  private final long[][] positive;

  /** The same of examples of other labels. */
  private final long[][] negative;

  public ThresholdCounts(int labels) {
    positive = new long[labels][STEPS];
    negative = new long[labels][STEPS];
  }

  /**
   * Precision and recall of one label at one threshold.
   *
   * @param precision share of the examples that reach the threshold that are of the label
   * @param recall share of the examples of the label that reach the threshold
   */
  public record Point(double threshold, double precision, double recall) {}

  /** Counts one example. */
  public void add(int actual, float[] probabilities) {
    for (int label = 0; label < probabilities.length; label++) {
      int step = Math.max(0, Math.min(STEPS - 1, (int) (probabilities[label] * STEPS)));
      (label == actual ? positive : negative)[label][step]++;
    }
  }

  /** Returns the counts of both, which must be of the same labels. */
  public ThresholdCounts plus(ThresholdCounts other) {
    ThresholdCounts sum = new ThresholdCounts(positive.length);
    for (ThresholdCounts one : List.of(this, other)) {
      for (int label = 0; label < positive.length; label++) {
        for (int step = 0; step < STEPS; step++) {
          sum.positive[label][step] += one.positive[label][step];
          sum.negative[label][step] += one.negative[label][step];
        }
      }
    }
    return sum;
  }

  /**
   * Returns the curve of a label, from the highest threshold that an example reaches to the lowest;
   * empty if there is no example of the label.
   */
  public List<Point> curve(int label) {
    long all = 0;
    for (long count : positive[label]) {
      all += count;
    }
    List<Point> points = new ArrayList<>();
    long right = 0;
    long wrong = 0;
    for (int step = STEPS - 1; step >= 0 && all > 0; step--) {
      right += positive[label][step];
      wrong += negative[label][step];
      if (right + wrong > 0) {
        points.add(
            new Point(
                (double) step / STEPS, (double) right / (right + wrong), (double) right / all));
      }
    }
    return points;
  }

  /**
   * Returns the average precision of a label: the sum over the points of the curve of precision
   * times the growth of recall; NaN if there is no example of the label.
   */
  public double averagePrecision(int label) {
    List<Point> curve = curve(label);
    double sum = 0;
    double before = 0;
    for (Point point : curve) {
      sum += point.precision() * (point.recall() - before);
      before = point.recall();
    }
    return curve.isEmpty() ? Double.NaN : sum;
  }
}
