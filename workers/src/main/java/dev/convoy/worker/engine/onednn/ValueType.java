package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** The type of the values of a tensor. */
public enum ValueType {
  /** IEEE 754 single precision: 8 bits of exponent and 24 of significand. */
  FLOAT32(dnnl.dnnl_f32, 4),
  /** The upper half of a float32: 8 bits of exponent and 8 of significand. */
  BFLOAT16(dnnl.dnnl_bf16, 2),
  /** Integers from −128 to 127. */
  INT8(dnnl.dnnl_s8, 1),
  /** Integers from 0 to 255. */
  UINT8(dnnl.dnnl_u8, 1);

  private final int number;
  private final int bytes;

  ValueType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** oneDNN's number of the type. */
  int number() {
    return number;
  }

  /** Returns whether the values are integers of 8 bits. */
  public boolean isInteger() {
    return this == INT8 || this == UINT8;
  }

  /** Returns the size of a value in bytes. */
  public int bytes() {
    return bytes;
  }
}
