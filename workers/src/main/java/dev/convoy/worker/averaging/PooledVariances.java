package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;

/**
 * The batch normalisation variances over the examples of all replicas. The mean of the replicas'
 * variances alone would lack the variance between replicas.
 *
 * <p>With the mean {@code m_k} and the variance {@code v_k} of replica {@code k}, and weights
 * {@code w_k = n_k / Σ n_j} by examples, the mean of the mixture is {@code m = Σ w_k · m_k}, as in
 * {@link WeightedMean}, and its variance is {@code v = Σ w_k · (v_k + (m_k − m)²)}.
 *
 * <p>It is accumulated replica by replica, without the difference of large squares in {@code Σ w_k
 * · m_k² − m²}: with {@code N} examples added before, {@code d = m_k − m} and {@code N' = N + n_k},
 * {@code m ← m + d · n_k / N'} and {@code S ← S + n_k · v_k + d² · N · n_k / N'}; then {@code v = S
 * / N} (Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
 * variances, 1979). No term is negative, so no variance is negative. Sums are in double precision
 * in replica order, so the order in which tasks finish cannot change a bit. A single replica keeps
 * its bits.
 */
public final class PooledVariances implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Statistics> statistics;
  private final double[] mean;
  private final double[] squares;
  private long examples;
  private int replicas;

  /**
   * The location of one layer's statistics in the flat parameters.
   *
   * @param mean offset of the first mean
   * @param variance offset of the first variance
   * @param length number of each, at least 1
   */
  public record Statistics(int mean, int variance, int length) implements Serializable {
    public Statistics {
      Checks.atLeast(0, mean, "mean");
      Checks.atLeast(0, variance, "variance");
      Checks.atLeast(1, length, "length");
    }
  }

  /** Creates an accumulator without any replica. */
  public PooledVariances(List<Statistics> statistics) {
    this.statistics = List.copyOf(statistics);
    int length = statistics.stream().mapToInt(Statistics::length).sum();
    this.mean = new double[length];
    this.squares = new double[length];
  }

  /** Whether there are no statistics to pool. */
  public boolean isEmpty() {
    return statistics.isEmpty();
  }

  /**
   * Adds the statistics of one replica. A replica that saw no example adds nothing.
   *
   * @param vector its flat parameters
   * @throws IllegalArgumentException if the examples or a variance are negative
   */
  public void add(float[] vector, long newExamples) {
    Checks.atLeast(0, newExamples, "examples");
    if (newExamples == 0) {
      return;
    }
    double all = (double) examples + newExamples;
    double share = newExamples / all;
    int index = 0;
    for (Statistics one : statistics) {
      for (int i = 0; i < one.length; i++, index++) {
        double variance = vector[one.variance + i];
        if (!(variance >= 0)) {
          throw new IllegalArgumentException(
              "Cannot pool variances: value "
                  + (one.variance + i)
                  + " is "
                  + variance
                  + " (must be at least 0)");
        }
        double distance = vector[one.mean + i] - mean[index];
        mean[index] += distance * share;
        squares[index] += newExamples * variance + distance * distance * share * examples;
      }
    }
    examples = Math.addExact(examples, newExamples);
    replicas++;
  }

  /**
   * Adds everything that was added to another accumulator, as if its examples came next.
   *
   * @throws IllegalArgumentException if its statistics differ
   */
  public void addAll(PooledVariances other) {
    Checks.that(
        statistics.equals(other.statistics), "statistics", "those of another network were added");
    if (other.examples == 0) {
      return;
    }
    double share = other.examples / ((double) examples + other.examples);
    for (int index = 0; index < mean.length; index++) {
      double distance = other.mean[index] - mean[index];
      mean[index] += distance * share;
      squares[index] += other.squares[index] + distance * distance * share * examples;
    }
    examples = Math.addExact(examples, other.examples);
    replicas += other.replicas;
  }

  /** Writes the means and variances over all examples to their locations. */
  public void writeMomentsTo(float[] vector) {
    int index = 0;
    for (Statistics one : statistics) {
      for (int i = 0; i < one.length; i++, index++) {
        vector[one.mean + i] = (float) mean[index];
        vector[one.variance + i] = (float) (squares[index] / examples);
      }
    }
  }

  /**
   * Writes the variances to their locations.
   *
   * @param averaged the {@link WeightedMean} of the vectors that were added; other values stay
   *     unchanged
   */
  public void writeTo(float[] averaged) {
    writeTo(FloatSlice.of(averaged), 0);
  }

  /**
   * Writes the variances that lie in a part of the vector.
   *
   * @param averaged the part of the {@link WeightedMean} of the vectors; other values stay
   *     unchanged
   * @param offset index of its first value in the whole vector
   */
  public void writeTo(FloatSlice averaged, int offset) {
    if (replicas < 2) {
      return;
    }
    int index = 0;
    for (Statistics one : statistics) {
      int from = Math.max(0, offset - one.variance);
      int to = (int) Math.min(one.length, (long) offset + averaged.length() - one.variance);
      for (int i = from; i < to; i++) {
        averaged.array()[averaged.first() + one.variance + i - offset] =
            (float) (squares[index + i] / examples);
      }
      index += one.length;
    }
  }
}
