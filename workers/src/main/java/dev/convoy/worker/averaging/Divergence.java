package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;

/**
 * The distance between the replicas after a round, in units of the distance that their mean has
 * moved.
 *
 * <p>All replicas started from the parameters {@code p}, replica {@code k} of weight {@code w_k}
 * ended at {@code p_k}, and their weighted mean is {@code p̄}. The divergence is {@code ρ = Σ
 * w_k·|p_k − p̄|² / |p̄ − p|²}, over the ordinary parameters; it is dimensionless and at least 0.
 * With {@code N} replicas of equal weight whose deltas are equally long it is 0 if these are equal,
 * {@code N − 1} if they are orthogonal, and infinite if they cancel out. {@code (ρ + 1) / N} is
 * then the gradient diversity of Yin et al. (Gradient diversity: a key ingredient for scalable
 * distributed learning, 2018), with deltas in place of gradients.
 *
 * <p>{@code ρ} need not grow with the length of a round, because {@code |p̄ − p|²} may grow faster.
 *
 * <p>Sums are taken in double precision over blocks of 4096 values and added in block order, so the
 * number of threads changes no bit. The divergences of chunks add up to that of the vector.
 *
 * @param apart {@code Σ w_k·|p_k − p̄|²}
 * @param together {@code |p̄ − p|²}
 */
public record Divergence(double apart, double together) implements Serializable {
  /** The divergence of replicas that have not moved. */
  public static final Divergence NONE = new Divergence(0, 0);

  /**
   * Computes the divergence of the replicas of a round, over whole vectors or one chunk of them.
   *
   * @param start {@code p}
   * @param mean {@code p̄}
   * @param vectors {@code p_k} of every replica, in replica order; one of weight 0 may be empty
   * @param weights {@code w_k}, at least 0, one per vector, with sum 1
   * @throws IllegalArgumentException if the lengths differ
   */
  public static Divergence of(
      float[] start, float[] mean, List<float[]> vectors, List<Double> weights, Ranges parameters) {
    parameters.requireLengthOf(start, "start");
    Checks.that(
        vectors.size() == weights.size(),
        "weights",
        weights.size() + " (must be as many as the " + vectors.size() + " vectors)");
    double apart = 0;
    for (int k = 0; k < vectors.size(); k++) {
      double weight = Checks.between(0, 1, weights.get(k), "weight");
      if (weight > 0) {
        apart += weight * squaredDistance(mean, vectors.get(k), parameters);
      }
    }
    return new Divergence(apart, squaredDistance(start, mean, parameters));
  }

  /** Returns the divergence over both chunks. */
  public Divergence plus(Divergence other) {
    return new Divergence(apart + other.apart, together + other.together);
  }

  /**
   * Returns {@code ρ}: 0 if no replica has moved, infinite if only the mean has not; NaN if a value
   * is not finite.
   */
  public double ratio() {
    return apart == 0 && together == 0 ? 0 : apart / together;
  }

  /**
   * Returns {@code |b − a|²} over the ordinary parameters.
   *
   * @throws IllegalArgumentException if the lengths are not those of the ranges
   */
  private static double squaredDistance(float[] a, float[] b, Ranges parameters) {
    parameters.requireLengthOf(a, "vector");
    parameters.requireLengthOf(b, "vector");
    return Blocks.sum(a.length, (first, end) -> squaredDistance(a, b, parameters, first, end));
  }

  private static double squaredDistance(
      float[] a, float[] b, Ranges parameters, int first, int end) {
    double sum = 0;
    for (Ranges.Range range : parameters.within(first, end)) {
      sum += squaredDistance(a, b, range.from(), range.to());
    }
    return sum;
  }

  /** Uses four independent sums, because the additions of a single sum wait for each other. */
  private static double squaredDistance(float[] a, float[] b, int from, int to) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = from;
    for (; i < to - 3; i += 4) {
      double d0 = (double) b[i] - a[i];
      double d1 = (double) b[i + 1] - a[i + 1];
      double d2 = (double) b[i + 2] - a[i + 2];
      double d3 = (double) b[i + 3] - a[i + 3];
      sum0 += d0 * d0;
      sum1 += d1 * d1;
      sum2 += d2 * d2;
      sum3 += d3 * d3;
    }
    for (; i < to; i++) {
      double d = (double) b[i] - a[i];
      sum0 += d * d;
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
