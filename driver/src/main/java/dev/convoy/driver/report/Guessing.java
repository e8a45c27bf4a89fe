package dev.convoy.driver.report;

import java.util.List;

/**
 * What a network reaches that only guesses.
 *
 * @param labels number of labels
 * @param validation number of validation examples of each label; all 0 or empty without a split
 */
public record Guessing(int labels, List<Long> validation) {
  /** Distance from the accuracy of guessing that chance exceeds about once in a thousand times. */
  private static final double STANDARD_DEVIATIONS = 3;

  public Guessing {
    validation = List.copyOf(validation);
  }

  /** The loss of a network that takes all labels for equally probable, in nats. */
  public double loss() {
    return Math.log(labels);
  }

  /** Number of validation examples. */
  public long examples() {
    return validation.stream().mapToLong(Long::longValue).sum();
  }

  /** Accuracy of always predicting the most frequent label; NaN without validation examples. */
  public double accuracy() {
    return (double) validation.stream().mapToLong(Long::longValue).max().orElse(0) / examples();
  }

  /**
   * Returns the accuracy of guessing, plus what chance may add to it; NaN without validation
   * examples.
   */
  public double accuracyByChance() {
    double share = Math.max(accuracy(), 1.0 / labels);
    return share + STANDARD_DEVIATIONS * Math.sqrt(share * (1 - share) / examples());
  }
}
