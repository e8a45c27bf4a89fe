package dev.convoy.benchmarks.workload;

import java.util.Locale;

/** What is measured of a contender. */
public enum Measure {
  /** Steps of gradient descent on a dataset in memory. */
  TRAINING,
  /** Forward passes of a trained network over images in memory. */
  SCORING;

  /** The word on the command line: {@code training}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
