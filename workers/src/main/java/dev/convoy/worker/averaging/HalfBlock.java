package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;

/**
 * Deltas as halves with a common power of two: the exponent {@code e} in 2 bytes, then {@code
 * half(d / 2ᵉ)} in 2 bytes each. The largest is scaled to between {@code 2¹⁴} and {@code 2¹⁵}, so
 * that none overflows, and deltas down to {@code 2⁻²⁸} of it keep 11 significant bits.
 */
final class HalfBlock implements DeltaBlock {
  /** The exponent of the largest delta after scaling. */
  private static final int TOP = 14;

  /** The exponent of a block with a delta that is not finite, which makes all of it not finite. */
  private static final short NOT_FINITE = Short.MIN_VALUE;

  private final short[] halves = new short[SIZE];

  @Override
  public int bytes(int length) {
    return Short.BYTES + length * Short.BYTES;
  }

  @Override
  public void encode(double[] delta, int length, int first, long seed, ByteBuffer to) {
    double largest = DeltaBlock.largest(delta, length);
    if (Double.isFinite(largest)) {
      int exponent = largest == 0 ? 0 : Math.getExponent(largest) - TOP;
      double factor = Math.scalb(1.0, -exponent);
      for (int i = 0; i < length; i++) {
        halves[i] = Half.of(delta[i] * factor);
      }
      to.putShort((short) exponent);
    } else {
      to.putShort(NOT_FINITE);
    }
    to.asShortBuffer().put(halves, 0, length);
    to.position(to.position() + length * Short.BYTES);
  }

  @Override
  public void decode(ByteBuffer from, double[] delta, int length) {
    short exponent = from.getShort();
    double factor = exponent == NOT_FINITE ? Double.NaN : Math.scalb(1.0, exponent);
    from.asShortBuffer().get(halves, 0, length);
    from.position(from.position() + length * Short.BYTES);
    for (int i = 0; i < length; i++) {
      delta[i] = Half.value(halves[i]) * factor;
    }
  }
}
