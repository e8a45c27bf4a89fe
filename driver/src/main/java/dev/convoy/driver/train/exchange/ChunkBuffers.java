package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.FloatSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Memory for chunks on their way, which is used again. Without it every round would leave several
 * times the size of the vectors to the garbage collector.
 */
final class ChunkBuffers {
  private final int values;
  private final ConcurrentLinkedDeque<float[]> arrays = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<ByteBuffer> buffers = new ConcurrentLinkedDeque<>();

  /**
   * Creates an empty pool.
   *
   * @param values number of values of the largest chunk
   */
  ChunkBuffers(int values) {
    this.values = values;
  }

  /** Returns memory for the values of a chunk; their content is undefined. */
  FloatSlice take(int length) {
    float[] array = arrays.poll();
    return new FloatSlice(array == null ? new float[values] : array, 0, length);
  }

  /** Takes back what {@link #take} has returned. */
  void giveBack(FloatSlice slice) {
    arrays.push(slice.array());
  }

  /** Returns the bytes of values in direct memory, which the network sends without a copy. */
  ByteBuffer bytes(FloatSlice slice) {
    ByteBuffer free = buffers.poll();
    ByteBuffer buffer =
        free == null
            ? ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN)
            : free;
    buffer.clear();
    buffer.asFloatBuffer().put(slice.array(), slice.first(), slice.length());
    return buffer.limit(slice.length() * Float.BYTES);
  }

  /** Takes back what {@link #bytes} has returned; ignores other buffers. */
  void giveBack(ByteBuffer buffer) {
    if (buffer.isDirect()) {
      buffers.push(buffer);
    }
  }
}
