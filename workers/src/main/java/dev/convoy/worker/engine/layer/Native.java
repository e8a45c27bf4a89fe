package dev.convoy.worker.engine.layer;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where ND4J's arrays lie, and what lies there. */
final class Native {
  private Native() {}

  /** The native address of an array's first value. */
  static long address(INDArray array) {
    return array.data().address() + array.offset() * Float.BYTES;
  }

  /**
   * Fills an array with values that begin at a native address.
   *
   * @param first values to leave out before
   */
  static void read(long address, long first, float[] into) {
    read(address, first, into, into.length);
  }

  /** Fills the first {@code count} values of an array. */
  static void read(long address, long first, float[] into, int count) {
    new Floats(address + first * Float.BYTES).get(into, 0, count);
  }

  /** Copies values to a native address, behind the {@code first} that lie there. */
  static void write(float[] from, long address, long first) {
    write(from, from.length, address, first);
  }

  /** Copies the first {@code count} values of an array. */
  static void write(float[] from, int count, long address, long first) {
    new Floats(address + first * Float.BYTES).put(from, 0, count);
  }

  /** A view of values at a native address; for many short copies it is faster than the above. */
  static FloatBuffer floats(long address, long count) {
    return new Floats(address).capacity(count).asBuffer();
  }

  /** A view of the bits of values at a native address. */
  static IntBuffer ints(long address, long count) {
    return new Ints(address).capacity(count).asBuffer();
  }

  private static final class Floats extends FloatPointer {
    Floats(long where) {
      super((Pointer) null);
      address = where;
    }
  }

  private static final class Ints extends IntPointer {
    Ints(long where) {
      super((Pointer) null);
      address = where;
    }
  }
}
