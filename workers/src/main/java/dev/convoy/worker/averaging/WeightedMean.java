package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean of the replicas' vectors, weighted by their numbers of examples.
 *
 * <p>With {@code n_k} examples seen by replica {@code k}, weights {@code w_k = n_k / Σ n_j} and the
 * common start vector {@code p}, the mean delta is {@code Σ w_k · (p_k − p)} (parameter mixing of
 * McDonald et al., Distributed training strategies for the structured perceptron, 2010; the weights
 * are those of federated averaging, McMahan et al., 2017).
 *
 * <p>Sums are taken in double precision in the order in which vectors are added, which is replica
 * order, so the order in which tasks finish cannot change a bit. A replica with the whole weight
 * keeps its bits, without the rounding of {@code p + (p_k − p)}.
 */
public final class WeightedMean {
  private final float[] start;
  private final long totalExamples;
  private final List<float[]> vectors = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>();
  private long added;
  private volatile boolean finite;

  /**
   * Starts a mean.
   *
   * @param start the vector that every replica started from; not copied
   * @param totalExamples {@code Σ n_k}, at least 1
   */
  public WeightedMean(float[] start, long totalExamples) {
    Checks.atLeast(1, totalExamples, "totalExamples");
    this.start = start;
    this.totalExamples = totalExamples;
  }

  /**
   * Adds the vector of one replica. A replica that saw no example adds nothing.
   *
   * @param vector not copied: it must not change before the mean is taken
   * @throws IllegalArgumentException if the vector is of another length, or the examples negative
   */
  public void add(float[] vector, long examples) {
    Checks.atLeast(0, examples, "examples");
    if (examples == 0) {
      return;
    }
    if (vector.length != start.length) {
      throw new IllegalArgumentException(
          "Cannot average " + vector.length + " values into " + start.length);
    }
    added = Math.addExact(added, examples);
    vectors.add(vector);
    weights.add((double) examples / totalExamples);
  }

  /**
   * Computes the mean.
   *
   * @throws IllegalStateException if the number of examples added is not the total
   */
  public float[] mean() {
    if (added != totalExamples) {
      throw new IllegalStateException(
          "Cannot average: " + added + " of " + totalExamples + " examples were added");
    }
    if (vectors.size() == 1) {
      finite = firstNotFinite(vectors.get(0)) < 0;
      return vectors.get(0).clone();
    }
    finite = true;
    float[] mean = new float[start.length];
    // One thread sums each value in replica order, so the number of threads changes no bit.
    Blocks.forEach(mean.length, (first, end) -> average(mean, first, end));
    return mean;
  }

  private void average(float[] mean, int first, int end) {
    int length = end - first;
    double[] delta = new double[length];
    for (int k = 0; k < vectors.size(); k++) {
      float[] vector = vectors.get(k);
      double weight = weights.get(k);
      for (int i = 0; i < length; i++) {
        delta[i] += weight * ((double) vector[first + i] - start[first + i]);
      }
    }
    boolean all = true;
    for (int i = 0; i < length; i++) {
      float value = (float) (start[first + i] + delta[i]);
      mean[first + i] = value;
      all &= Float.isFinite(value);
    }
    if (!all) {
      finite = false;
    }
  }

  /** Whether every value of the computed mean is finite. */
  public boolean isFinite() {
    return finite;
  }

  /** Returns the index of the first value that is not finite, or -1. */
  public static int firstNotFinite(float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        return i;
      }
    }
    return -1;
  }
}
