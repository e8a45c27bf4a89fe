package dev.convoy.benchmarks.workload;

import java.util.Locale;

/** Measures of a contender. */
public enum Measure {
  /** Steps of gradient descent on a dataset in memory. */
  TRAINING,
  /** Forward passes of a trained network over images in memory. */
  SCORING;

  /** The value on the command line, such as {@code training}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
