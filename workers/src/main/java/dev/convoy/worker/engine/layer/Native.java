package dev.convoy.worker.engine.layer;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where ND4J's arrays lie. */
final class Native {
  private Native() {}

  /** The native address of an array's first value. */
  static long address(INDArray array) {
    return array.data().address() + array.offset() * Float.BYTES;
  }

  /** Copies a few values from native memory. */
  static float[] read(long address, int length) {
    float[] values = new float[length];
    new At(address).get(values);
    return values;
  }

  /** Copies a few values to native memory. */
  static void write(long address, float[] values) {
    new At(address).put(values);
  }

  /** Memory that belongs to others. */
  private static final class At extends FloatPointer {
    At(long address) {
      this.address = address;
    }
  }
}
