package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;

/**
 * The variances of batch normalisation over all replicas: those of the examples of all of them
 * together, of which the mean of the replicas' variances is only a part.
 *
 * <p>With the mean {@code m_k} and the variance {@code v_k} that replica {@code k} brought back,
 * and weights {@code w_k = n_k / Σ n_j} by examples, the mean of the mixture is {@code m = Σ w_k ·
 * m_k}, as {@link WeightedMean} has it, and its variance is {@code v = Σ w_k · (v_k + (m_k − m)²)}.
 *
 * <p>It is summed replica by replica, without the difference of large squares in {@code Σ w_k ·
 * m_k² − m²}: with {@code N} examples added before, {@code d = m_k − m} and {@code N' = N + n_k},
 * {@code m ← m + d · n_k / N'} and {@code S ← S + n_k · v_k + d² · N · n_k / N'}; then {@code v = S
 * / N} (Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample
 * variances, 1979). No term is negative, so that no variance is. Sums are in double precision in
 * replica order: the order in which tasks finish cannot change a bit. One replica alone keeps its
 * own bits.
 */
public final class PooledVariances implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Statistics> statistics;
  private final double[] mean;
  private final double[] squares;
  private long examples;
  private int replicas;

  /**
   * Where the statistics of one layer lie in the flat parameters.
   *
   * @param mean offset of the first mean
   * @param variance offset of the first variance
   * @param length how many there are of each, at least 1
   */
  public record Statistics(int mean, int variance, int length) implements Serializable {
    public Statistics {
      Checks.atLeast(0, mean, "mean");
      Checks.atLeast(0, variance, "variance");
      Checks.atLeast(1, length, "length");
    }
  }

  /** Variances of no replica yet. */
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
   * Adds what one replica brought back. A replica that saw no example adds nothing.
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
    int at = 0;
    for (Statistics one : statistics) {
      for (int i = 0; i < one.length; i++, at++) {
        double variance = vector[one.variance + i];
        if (!(variance >= 0)) {
          throw new IllegalArgumentException(
              "Cannot pool variances: value "
                  + (one.variance + i)
                  + " is "
                  + variance
                  + " (must be at least 0)");
        }
        double distance = vector[one.mean + i] - mean[at];
        mean[at] += distance * share;
        squares[at] += newExamples * variance + distance * distance * share * examples;
      }
    }
    examples = Math.addExact(examples, newExamples);
    replicas++;
  }

  /**
   * Adds all that was added to another, as if its examples came next.
   *
   * @throws IllegalArgumentException if its statistics are others
   */
  public void addAll(PooledVariances other) {
    Checks.that(
        statistics.equals(other.statistics), "statistics", "those of another network were added");
    if (other.examples == 0) {
      return;
    }
    double share = other.examples / ((double) examples + other.examples);
    for (int at = 0; at < mean.length; at++) {
      double distance = other.mean[at] - mean[at];
      mean[at] += distance * share;
      squares[at] += other.squares[at] + distance * distance * share * examples;
    }
    examples = Math.addExact(examples, other.examples);
    replicas += other.replicas;
  }

  /** Puts the means and the variances of all examples in their places. */
  public void writeMomentsTo(float[] vector) {
    int at = 0;
    for (Statistics one : statistics) {
      for (int i = 0; i < one.length; i++, at++) {
        vector[one.mean + i] = (float) mean[at];
        vector[one.variance + i] = (float) (squares[at] / examples);
      }
    }
  }

  /**
   * Puts the variances in their places.
   *
   * @param averaged the {@link WeightedMean} of what was added; all else in it stays
   */
  public void writeTo(float[] averaged) {
    if (replicas < 2) {
      return;
    }
    int at = 0;
    for (Statistics one : statistics) {
      for (int i = 0; i < one.length; i++, at++) {
        averaged[one.variance + i] = (float) (squares[at] / examples);
      }
    }
  }
}
