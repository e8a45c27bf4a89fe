package dev.convoy.driver.scaling;

import dev.convoy.data.Checks;
import org.apache.commons.math3.analysis.integration.SimpsonIntegrator;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The time of the slowest of several replicas, whose times have independent log-normal
 * distributions with one mean and one coefficient of variation.
 *
 * <p>With variation {@code v}, {@code σ² = ln(1 + v²)}. The expected maximum of {@code N} such
 * times with mean 1 is {@code ∫ exp(σ·z − σ²/2) · N · φ(z) · Φ(z)^(N − 1) dz}; for two it is {@code
 * 2 · Φ(σ/√2)}.
 */
public final class Stragglers {
  /** Standard deviations from the mean beyond which the density does not matter. */
  private static final double FAR = 10;

  private static final int EVALUATIONS = 1_000_000;

  private Stragglers() {}

  /**
   * Returns the expected maximum of the replicas' times, in units of their mean.
   *
   * @param replicas at least 1
   * @param variation standard deviation of a replica's time divided by its mean, at least 0
   */
  public static double expectedMaximum(int replicas, double variation) {
    Checks.atLeast(1, replicas, "replicas");
    Checks.between(0, 10, variation, "variation");
    if (replicas == 1 || variation == 0) {
      return 1;
    }
    NormalDistribution normal = new NormalDistribution();
    double sigma = Math.sqrt(Math.log1p(variation * variation));
    return new SimpsonIntegrator()
        .integrate(
            EVALUATIONS,
            z ->
                Math.exp(sigma * z - sigma * sigma / 2)
                    * replicas
                    * normal.density(z)
                    * Math.pow(normal.cumulativeProbability(z), replicas - 1),
            -FAR,
            FAR + sigma);
  }
}
