package dev.convoy.worker.engine.layer;

/**
 * An operation without stored values, forward and backward, for inputs of one shape. Addresses are
 * native, of maps that lie channels-last without gaps: {@code x} the input, {@code y} the output,
 * {@code dx} and {@code dy} the gradients by them.
 */
interface FeatureMapsPass {
  FeatureMapsShape outputShape();

  /** Computes {@code y} where no gradient is asked for. */
  void score(long x, long y);

  /** Computes {@code y} and keeps what {@link #backward} needs beside {@code x} and {@code y}. */
  void train(long x, long y);

  /** Computes {@code dx} of the pass that was trained last. */
  void backward(long x, long y, long dy, long dx);
}
