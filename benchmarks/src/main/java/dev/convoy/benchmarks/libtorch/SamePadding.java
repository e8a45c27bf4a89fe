package dev.convoy.benchmarks.libtorch;

/**
 * What becomes of {@code padding = same} where it takes an odd number of rows: libtorch's
 * convolutions know only the same number on opposite sides.
 */
enum SamePadding {
  /** Convoy's padding, by copying into an array with a border of zeros. */
  EXACT,
  /**
   * One row more, before the first one, as users of libtorch write it: as many outputs, computed
   * from pixels one further up and left. Without the copy.
   */
  SYMMETRIC
}
