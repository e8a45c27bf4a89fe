package dev.convoy.worker.graph.patched;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * The gradient of Lp pooling {@code y = (Σ |x|^p)^(1/p)}, which is {@code sign(x)·(|x|/y)^(p−1)},
 * and 0 where {@code x} is 0. DL4J's gradient of a window of zeros is 0/0.
 */
final class LpPoolGradient {
  private LpPoolGradient() {}

  /** Sets the gradient to 0 where the input is 0. */
  static void correct(INDArray gradient, INDArray input) {
    // z = x ≠ 0 ? y : x
    Nd4j.exec(new CompareAndReplace(input, gradient, gradient, Conditions.notEquals(0)));
  }
}
