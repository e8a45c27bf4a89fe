package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats as little-endian bytes: Java writes an array of bytes many times faster than floats. */
public final class FloatBytes {
  private FloatBytes() {}

  /** Four bytes for each value. */
  public static byte[] of(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  /**
   * The values of such bytes.
   *
   * @throws IllegalArgumentException if there are not four for each value
   */
  public static float[] read(byte[] bytes) {
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes are no floats");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
