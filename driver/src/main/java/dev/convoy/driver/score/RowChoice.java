package dev.convoy.driver.score;

/** The rows of an input that are scored. */
public enum RowChoice {
  /** All rows. */
  ALL,
  /** Those whose keys have no row of this model in the output. */
  NEW,
  /** All rows; they replace those of this model in the output. */
  AGAIN
}
