package dev.convoy.benchmarks.libtorch;

/**
 * What becomes of {@code padding = same} where it takes an odd number of rows: libtorch's
 * convolutions know only the same number on opposite sides.
 */
enum SamePadding {
  /** As Convoy has it, by an array with zeros around: a copy that libtorch is not made for. */
  EXACT,
  /**
   * One row more, before the first one, as users of libtorch write it: as many outputs, computed
   * from pixels one further up and left. Without the copy.
   */
  SYMMETRIC
}
