package dev.convoy.benchmarks.libtorch;

/**
 * Implementations of {@code padding = same} for an odd number of padding rows, which libtorch's
 * convolutions do not support: they pad opposite sides equally.
 */
enum SamePadding {
  /** Convoy's padding, by a copy into an array with a border of zeros. */
  EXACT,
  /**
   * One more row before the first one, as users of libtorch write it: the same number of outputs,
   * shifted by one pixel, without a copy.
   */
  SYMMETRIC
}
