package dev.convoy.worker.engine.layer;

import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss {@code −Σ_k y_k·ln p_k} of a batch with targets {@code y} and probabilities {@code p =
 * softmax(z)}, and its gradient {@code p − y} with respect to {@code z}, for targets that sum to 1
 * for each image. As in DL4J, probabilities below {@value #MIN_PROBABILITY} count as that value.
 */
final class CrossEntropy {
  private static final double MIN_PROBABILITY = 1e-10;

  private float[] probabilities = new float[0];
  private float[] targets = new float[0];

  /**
   * Sets the probabilities and targets, which are copied.
   *
   * @param p row-major {@code (n, labels)}
   * @param y row-major, of the same shape
   */
  void set(INDArray p, INDArray y) {
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

  /** Returns the probabilities that were set last. */
  float[] probabilities() {
    return probabilities;
  }

  /** Returns the sum of the losses of all images. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != 0) {
        sum -= targets[i] * Math.log(Math.max(probabilities[i], MIN_PROBABILITY));
      }
    }
    return sum;
  }

  /** Writes the gradient of {@link #sum} with respect to {@code z}. */
  void gradient(INDArray to) {
    float[] gradient = new float[targets.length];
    for (int i = 0; i < targets.length; i++) {
      gradient[i] = probabilities[i] - targets[i];
    }
    Native.write(gradient, Native.address(to), 0);
  }
}
