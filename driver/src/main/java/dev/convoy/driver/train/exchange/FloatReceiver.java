package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.FloatSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes little-endian floats into a slice as their bytes arrive, wherever these are divided. */
final class FloatReceiver {
  private final FloatSlice target;
  private int count;
  private int partial;
  private int partialBytes;

  FloatReceiver(FloatSlice target) {
    this.target = target;
  }

  /** Takes the next bytes. */
  void bytes(ByteBuffer next) {
    while (partialBytes > 0 && next.hasRemaining()) {
      addByte(next);
    }
    int whole = next.remaining() / Float.BYTES;
    if (whole > 0) {
      next.order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(target.array(), target.first() + count, whole);
      count += whole;
      next.position(next.position() + whole * Float.BYTES);
    }
    while (next.hasRemaining()) {
      addByte(next);
    }
  }

  private void addByte(ByteBuffer next) {
    partial |= (next.get() & 0xff) << (Byte.SIZE * partialBytes);
    partialBytes++;
    if (partialBytes == Float.BYTES) {
      target.array()[target.first() + count] = Float.intBitsToFloat(partial);
      count++;
      partial = 0;
      partialBytes = 0;
    }
  }

  /** Number of whole values that have arrived. */
  int count() {
    return count;
  }
}
