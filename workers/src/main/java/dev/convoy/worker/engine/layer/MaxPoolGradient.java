package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Optional;

/**
 * The gradient of max pooling with respect to the input. The gradient of a window goes to its first
 * maximum in row-major order; gradients of overlapping windows are added.
 *
 * <p>oneDNN's forward kernel for training is slower than that for scoring, because it stores the
 * positions of the maxima. These implementations need only the input and the output.
 */
interface MaxPoolGradient {
  /** Computes {@code dx}. Arguments are native addresses as in {@link FeatureMapsPass}. */
  void compute(long x, long y, long dy, long dx);

  /** Returns whether it multiplies {@code dy} by the derivative of the preceding activation. */
  default boolean appliesDerivative() {
    return false;
  }

  /**
   * Returns an implementation that is faster than oneDNN for such windows, if there is one.
   *
   * @param before the preceding activation, whose derivative it may apply
   */
  static Optional<MaxPoolGradient> ifFaster(
      FeatureMapsShape input, Sliding sliding, Function before) {
    boolean single = input.values() == ValueType.FLOAT32;
    if (!single || input.bytes() > Integer.MAX_VALUE) { // the limit of a Java buffer
      return Optional.empty();
    }
    if (DisjointWindows.isFasterFor(input, sliding)) {
      return Optional.of(new DisjointWindows(input, sliding, before));
    }
    return OverlappingWindows.isFasterFor(sliding)
        ? Optional.of(new OverlappingWindows(input, sliding))
        : Optional.empty();
  }
}
