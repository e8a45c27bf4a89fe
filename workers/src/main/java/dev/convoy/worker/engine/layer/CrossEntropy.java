package dev.convoy.worker.engine.layer;

import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss {@code −Σ_k y_k·ln p_k} of a batch with targets {@code y} and probabilities {@code p =
 * softmax(z)}, and its gradient {@code p − y} by {@code z}, for targets of an image that add up to
 * 1. As in DL4J, no probability counts as less than {@value #LEAST}.
 */
final class CrossEntropy {
  private static final double LEAST = 1e-10;

  private float[] probabilities = new float[0];
  private float[] targets = new float[0];

  /**
   * Copies what it is computed of.
   *
   * @param p row-major {@code (n, labels)}
   * @param y row-major, of the same shape
   */
  void of(INDArray p, INDArray y) {
    if (!p.equalShapes(y)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The targets of a batch have shape (n, labels) = (%d, %d), not (%d, %d)",
              p.size(0),
              p.size(1),
              y.size(0),
              y.size(1)));
    }
    int values = Math.toIntExact(p.length());
    if (values != probabilities.length) {
      probabilities = new float[values];
      targets = new float[values];
    }
    Native.read(Native.address(p), 0, probabilities);
    Native.read(Native.address(y), 0, targets);
  }

  /** The sum of the losses of all images. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != 0) {
        sum -= targets[i] * Math.log(Math.max(probabilities[i], LEAST));
      }
    }
    return sum;
  }

  /** Writes the gradient of that sum over the probabilities that it was computed of. */
  void gradient(INDArray to) {
    float[] gradient = new float[targets.length];
    for (int i = 0; i < targets.length; i++) {
      gradient[i] = probabilities[i] - targets[i];
    }
    Native.write(gradient, Native.address(to), 0);
  }
}
