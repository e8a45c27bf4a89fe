package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;
import java.util.Optional;

/**
 * The gradient by the input of a pool of largest values: all of {@code dy} goes to the first of the
 * largest values of its window, row after row. Where windows overlap, shares add up.
 *
 * <p>oneDNN's pools are three times slower where they remember places for a gradient than where
 * they only score. What is computed here needs the input and the output alone.
 */
interface MaxPoolGradient {
  /** Computes {@code dx}; addresses are as {@link FeatureMapsPass} has them. */
  void compute(long x, long y, long dy, long dx);

  /** Whether it multiplies {@code dy} by the derivative of the function before the pool. */
  default boolean derives() {
    return false;
  }

  /**
   * What is faster than oneDNN for such windows, if anything is.
   *
   * @param before the function before the pool, whose derivative it may take care of
   */
  static Optional<MaxPoolGradient> of(FeatureMapsShape input, Sliding sliding, Function before) {
    if (input.bytes() > Integer.MAX_VALUE) {
      return Optional.empty(); // no buffer is larger
    }
    if (DisjointWindows.areFast(input, sliding)) {
      return Optional.of(new DisjointWindows(input, sliding, before));
    }
    return OverlappingWindows.areFast(sliding)
        ? Optional.of(new OverlappingWindows(input, sliding))
        : Optional.empty();
  }
}
