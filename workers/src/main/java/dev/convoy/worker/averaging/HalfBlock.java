package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;

/**
 * Deltas as halves of a power of two times themselves: the exponent {@code e} in 2 bytes, then
 * {@code half(d / 2ᵉ)} in 2 bytes each. The largest is brought to between {@code 2¹⁴} and {@code
 * 2¹⁵}, so that none overflows, and those down to {@code 2⁻²⁸} of it keep 11 significant bits.
 */
final class HalfBlock implements DeltaBlock {
  /** What the exponent of the largest delta becomes. */
  private static final int TOP = 14;

  /** In the place of the exponent where a delta is not finite: then none of the block is. */
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
