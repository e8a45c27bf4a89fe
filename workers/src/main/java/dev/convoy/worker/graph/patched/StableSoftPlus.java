package dev.convoy.worker.graph.patched;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Softplus {@code f(x) = ln(1 + eˣ)}, computed as {@code max(x, 0) + ln(1 + e^−|x|)}, with {@code
 * f'(x) = 1 / (1 + e⁻ˣ)}.
 *
 * <p>ND4J computes {@code eˣ}, so that its softplus overflows in single precision from {@code x =
 * 89} on.
 */
final class StableSoftPlus extends ActivationSoftPlus {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    INDArray tail = Transforms.abs(in, true).negi();
    Transforms.log1p(Transforms.exp(tail, false), false);
    return Transforms.relu(in, false).addi(tail);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    Transforms.sigmoid(in, false).muli(epsilon);
    return new Pair<>(in, null);
  }
}
