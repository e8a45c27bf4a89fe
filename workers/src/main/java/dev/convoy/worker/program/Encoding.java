package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.network.inference.Quantization.Range;

/**
 * How numbers are stored: a stored value {@code q} is the number {@code scale·q}.
 *
 * @param type type of the stored values
 * @param scale positive; 1 for floating-point types
 */
record Encoding(ValueType type, float scale) {
  static final Encoding FLOAT32 = new Encoding(ValueType.FLOAT32, 1);
  static final Encoding BFLOAT16 = new Encoding(ValueType.BFLOAT16, 1);

  /** Returns the integers of 8 bits for a range of numbers. */
  static Encoding of(Range range) {
    return new Encoding(range.isUnsigned() ? ValueType.UINT8 : ValueType.INT8, range.scale());
  }

  /** Returns whether the stored values are integers. */
  boolean isInteger() {
    return type.isInteger();
  }
}
