package dev.convoy.worker.program;

/**
 * The softmax function: {@code p[i] = exp(x[i] − max) / Σ exp(x[j] − max)}, in double precision.
 */
public final class Softmax {
  private Softmax() {}

  /**
   * Replaces logits by probabilities.
   *
   * @param values the logits of one image are {@code labels} of them, from {@code first} on
   */
  public static void apply(float[] values, int first, int labels) {
    double most = values[first];
    for (int i = 1; i < labels; i++) {
      most = Math.max(most, values[first + i]);
    }
    double sum = 0;
    for (int i = 0; i < labels; i++) {
      sum += Math.exp(values[first + i] - most);
    }
    for (int i = 0; i < labels; i++) {
      values[first + i] = (float) (Math.exp(values[first + i] - most) / sum);
    }
  }
}
