package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Access to the native memory of ND4J's arrays. */
final class Native {
  private Native() {}

  /** Returns the native address of an array's first value. */
  static long address(INDArray array) {
    return array.data().address() + array.offset() * valueType(array).bytes();
  }

  /**
   * Returns the type of an array's values.
   *
   * @throws IllegalArgumentException if it is neither float32 nor bfloat16
   */
  static ValueType valueType(INDArray array) {
    return switch (array.dataType()) {
      case FLOAT -> ValueType.FLOAT32;
      case BFLOAT16 -> ValueType.BFLOAT16;
      default ->
          throw new IllegalArgumentException("Layers have no values of type " + array.dataType());
    };
  }

  /** Returns ND4J's name of a type. */
  static DataType dataType(ValueType type) {
    return switch (type) {
      case FLOAT32 -> DataType.FLOAT;
      case BFLOAT16 -> DataType.BFLOAT16;
      case INT8, UINT8 ->
          throw new IllegalArgumentException("Layers have no values of type " + type);
    };
  }

  /**
   * Fills an array with values from native memory.
   *
   * @param first number of values to skip after the address
   */
  static void read(long address, long first, float[] into) {
    read(address, first, into, into.length);
  }

  /** Fills the first {@code count} values of an array; see {@link #read(long, long, float[])}. */
  static void read(long address, long first, float[] into, int count) {
    new Floats(address + first * Float.BYTES).get(into, 0, count);
  }

  /** Copies values to native memory, {@code first} values after the address. */
  static void write(float[] from, long address, long first) {
    write(from, from.length, address, first);
  }

  /** Copies the first {@code count} values of an array to native memory. */
  static void write(float[] from, int count, long address, long first) {
    new Floats(address + first * Float.BYTES).put(from, 0, count);
  }

  /** Fills the first {@code count} bfloat16 values of an array from native memory. */
  static void read(long address, long first, short[] into, int count) {
    new Shorts(address + first * Short.BYTES).get(into, 0, count);
  }

  /** Copies the first {@code count} bfloat16 values of an array to native memory. */
  static void write(short[] from, int count, long address, long first) {
    new Shorts(address + first * Short.BYTES).put(from, 0, count);
  }

  /**
   * Creates a view of values at a native address. It is faster than {@link #read} for many short
   * copies.
   */
  static FloatBuffer floats(long address, long count) {
    return new Floats(address).capacity(count).asBuffer();
  }

  /** Creates a view of the bits of values at a native address. */
  static IntBuffer ints(long address, long count) {
    return new Ints(address).capacity(count).asBuffer();
  }

  private static final class Floats extends FloatPointer {
    Floats(long nativeAddress) {
      super((Pointer) null);
      address = nativeAddress;
    }
  }

  private static final class Shorts extends ShortPointer {
    Shorts(long nativeAddress) {
      super((Pointer) null);
      address = nativeAddress;
    }
  }

  private static final class Ints extends IntPointer {
    Ints(long nativeAddress) {
      super((Pointer) null);
      address = nativeAddress;
    }
  }
}
