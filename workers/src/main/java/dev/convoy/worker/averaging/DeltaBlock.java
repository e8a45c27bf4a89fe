package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;

/** The encoding of up to {@value #SIZE} adjacent deltas with one scale. */
interface DeltaBlock {
  /** The largest number of values that share a scale. */
  int SIZE = 1024;

  /** Returns the number of bytes of {@code length} deltas, the scale included. */
  int bytes(int length);

  /**
   * Encodes deltas.
   *
   * @param delta its first {@code length} values are encoded
   * @param first index of its first value in the flat vector
   * @param seed seed of stochastic rounding
   */
  void encode(double[] delta, int length, int first, long seed, ByteBuffer to);

  /** Decodes deltas into the first {@code length} values. */
  void decode(ByteBuffer from, double[] delta, int length);

  /** Returns the largest absolute value; infinite or NaN if a delta is not finite. */
  static double largest(double[] delta, int length) {
    // Compared as integers, the bits of absolute values have the order of the values, and those
    // that are not finite are the largest.
    long largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, Double.doubleToRawLongBits(delta[i]) & Long.MAX_VALUE);
    }
    return Double.longBitsToDouble(largest);
  }
}
