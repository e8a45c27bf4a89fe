package dev.convoy.worker.averaging;

/**
 * The half precision of IEEE 754 (binary16): a sign, 5 bits of exponent, 10 of fraction. It reaches
 * from {@code 2⁻²⁴} to 65,504.
 */
final class Half {
  private static final int FRACTION = 10;

  /** Bits of the fraction of a double that a half lacks. */
  private static final int LOST = 52 - FRACTION;

  /** What the exponent of a double is counted from, less that of a half. */
  private static final long BIAS = 1023 - 15;

  /** The least value that is rounded to infinity: halfway from 65,504 to the next power of two. */
  private static final double OVERFLOW = 65520;

  /** The least half that is not subnormal. */
  private static final double NORMAL = 0x1p-14;

  private Half() {}

  /** The nearest half, of two the even one, as its bits. */
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
      // 2²⁸ in double precision has steps of 2⁻²⁴, as subnormal halves have: the sum is rounded.
      long steps = Double.doubleToRawLongBits(size + 0x1p28);
      return (short) (sign | (int) (steps & 0x7ff));
    }
    return (short) (sign | 0x7e00);
  }

  /** The value of a half, exactly. */
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
