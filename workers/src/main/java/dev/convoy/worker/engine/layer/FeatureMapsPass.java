package dev.convoy.worker.engine.layer;

/**
 * An operation without parameters, forward and backward, for inputs of one shape. Arguments are
 * native addresses of dense channels-last maps: the input {@code x}, the output {@code y}, and the
 * gradients {@code dx} and {@code dy} with respect to them.
 */
interface FeatureMapsPass {
  FeatureMapsShape outputShape();

  /** Computes {@code y} for scoring, without preparing a gradient. */
  void score(long x, long y);

  /**
   * Computes {@code y} and saves what {@link #backward} needs in addition to {@code x} and {@code
   * y}.
   */
  void train(long x, long y);

  /** Computes {@code dx} of the last training pass. */
  void backward(long x, long y, long dy, long dx);
}
