package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;

/** How up to {@value #SIZE} deltas side by side are written with one scale. */
interface DeltaBlock {
  /** Most values that share a scale. */
  int SIZE = 1024;

  /** Bytes of so many deltas, the scale included. */
  int bytes(int length);

  /**
   * Writes deltas.
   *
   * @param delta the first {@code length} values are to be written
   * @param first index of the first in the flat vector
   * @param seed of what is random
   */
  void encode(double[] delta, int length, int first, long seed, ByteBuffer to);

  /** Reads deltas into the first {@code length} values. */
  void decode(ByteBuffer from, double[] delta, int length);

  /** The largest size among the deltas; infinite or not a number if one of them is not finite. */
  static double largest(double[] delta, int length) {
    // As whole numbers, the bits of sizes have the order of the sizes, and what is not finite has
    // the largest.
    long largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, Double.doubleToRawLongBits(delta[i]) & Long.MAX_VALUE);
    }
    return Double.longBitsToDouble(largest);
  }
}
