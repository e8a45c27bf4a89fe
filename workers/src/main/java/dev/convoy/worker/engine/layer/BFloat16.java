package dev.convoy.worker.engine.layer;

/** Conversion between float32 and bfloat16, the upper half of a float32. */
final class BFloat16 {
  private BFloat16() {}

  /** Returns the value of a bfloat16, exactly. */
  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to the nearest bfloat16, ties to even. NaN stays NaN. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >> 16) | 0x40); // the bit that makes it a quiet NaN
    }
    int toEven = (bits >> 16) & 1;
    return (short) ((bits + 0x7FFF + toEven) >> 16);
  }

  /** Converts the first {@code count} values. */
  static void toFloats(short[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = toFloat(from[i]);
    }
  }

  /** Rounds the first {@code count} values. */
  static void round(float[] from, short[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = of(from[i]);
    }
  }
}
