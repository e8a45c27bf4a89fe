package dev.convoy.worker.engine.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where ND4J's arrays lie. */
final class Native {
  private Native() {}

  /** The native address of an array's first value. */
  static long address(INDArray array) {
    return array.data().address() + array.offset() * Float.BYTES;
  }
}
