package dev.convoy.worker.averaging;

/**
 * The half precision of IEEE 754 (binary16): a sign, 5 bits of exponent, 10 of fraction. Its range
 * is {@code 2⁻²⁴} to 65,504.
 */
final class Half {
  private static final int FRACTION = 10;

  /** Number of fraction bits that a double has more than a half. */
  private static final int LOST = 52 - FRACTION;

  /** The exponent bias of a double less that of a half. */
  private static final long BIAS = 1023 - 15;

  /**
   * The smallest value that is rounded to infinity: halfway from 65,504 to the next power of two.
   */
  private static final double OVERFLOW = 65520;

  /** The smallest normal half. */
  private static final double NORMAL = 0x1p-14;

  private Half() {}

  /** Returns the bits of the nearest half, ties to even. */
  static short of(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int sign = (int) (bits >>> 48) & 0x8000;
    double size = Math.abs(value);
    if (size >= OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (size >= NORMAL) {
      long magnitude = bits & Long.MAX_VALUE;
      long even = (magnitude >>> LOST) & 1;
      long rounded = (magnitude + (1L << (LOST - 1)) - 1 + even) >>> LOST;
      return (short) (sign | (int) (rounded - (BIAS << FRACTION)));
    }
    if (size < NORMAL) {
      // Doubles near 2²⁸ have steps of 2⁻²⁴ like subnormal halves, so the sum is rounded.
      long steps = Double.doubleToRawLongBits(size + 0x1p28);
      return (short) (sign | (int) (steps & 0x7ff));
    }
    return (short) (sign | 0x7e00);
  }

  /** Returns the exact value of a half. */
  static double value(short half) {
    int magnitude = half & 0x7fff;
    long sign = (long) half & Long.MIN_VALUE;
    if (magnitude >= 0x7c00) {
      double size = magnitude == 0x7c00 ? Double.POSITIVE_INFINITY : Double.NaN;
      return half < 0 ? -size : size;
    }
    if (magnitude >= 1 << FRACTION) {
      return Double.longBitsToDouble(sign | ((long) magnitude << LOST) + (BIAS << 52));
    }
    return Double.longBitsToDouble(sign | Double.doubleToRawLongBits(magnitude * 0x1p-24));
  }
}
