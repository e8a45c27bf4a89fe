package dev.convoy.worker.graph.patched;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Swish {@code f(x) = x·σ(x)} for {@code σ(x) = 1 / (1 + e⁻ˣ)}, with {@code f'(x) = σ(x)·(1 + x·(1
 * − σ(x)))}.
 *
 * <p>ND4J computes {@code f'} from powers of {@code eˣ}, so that it is NaN in single precision from
 * {@code x = 44.5} on.
 */
final class StableSwish extends ActivationSwish {
  private static final long serialVersionUID = 1L;

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    INDArray sigmoid = Transforms.sigmoid(in, true);
    in.muli(sigmoid.rsub(1)).addi(1).muli(sigmoid).muli(epsilon);
    return new Pair<>(in, null);
  }
}
