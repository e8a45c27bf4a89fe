package dev.convoy.driver.score.output;

/** How a scoring job treats an output that already exists. */
public enum WriteMode {
  /** Refuses it. */
  CREATE,
  /** Adds rows to it. */
  APPEND,
  /** Replaces all of its rows. */
  OVERWRITE,
  /** Replaces the partitions for which there are new rows, and keeps the others. */
  OVERWRITE_PARTITIONS
}
