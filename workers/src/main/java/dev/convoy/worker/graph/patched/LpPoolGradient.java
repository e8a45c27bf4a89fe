package dev.convoy.worker.graph.patched;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * The gradient of a norm {@code y = (Σ |x|^p)^(1/p)}, which is {@code sign(x)·(|x|/y)^(p−1)}: 0
 * where {@code x} is 0. Of a window of zeros DL4J's is 0/0.
 */
final class LpPoolGradient {
  private LpPoolGradient() {}

  /** Puts in the zeros. */
  static void mend(INDArray gradient, INDArray input) {
    // z = x ≠ 0 ? y : x
    Nd4j.exec(new CompareAndReplace(input, gradient, gradient, Conditions.notEquals(0)));
  }
}
