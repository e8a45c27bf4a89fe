package dev.convoy.benchmarks;

import dev.convoy.data.Checks;

/**
 * What one run of a contender gave.
 *
 * @param parameters of the network that was trained
 * @param examples of the measured epochs, as the user counts them
 * @param examplesUsed those that a local step was really made with
 * @param seconds of training: laying out the data in memory and the warm-up excluded
 */
record Measurement(long parameters, long examples, long examplesUsed, double seconds) {
  Measurement {
    Checks.atLeast(1, examples, "examples");
    Checks.atLeast(0, examplesUsed, "examplesUsed");
    Checks.that(seconds > 0, "seconds", "it must be above 0");
  }

  /** Examples of the epochs a second, whether or not they were all used. */
  double imagesPerSecond() {
    return examples / seconds;
  }

  /** Examples a second that were trained on: below the other where some are dropped. */
  double usedImagesPerSecond() {
    return examplesUsed / seconds;
  }

  /** The share of the examples that was trained on. */
  double usedShare() {
    return (double) examplesUsed / examples;
  }
}
