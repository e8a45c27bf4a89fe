package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class StragglersTest {
  @Property(tries = 50)
  void theMaximumOfTwoHasItsClosedForm(@ForAll @DoubleRange(min = 0.01, max = 1) double variation) {
    double sigma = Math.sqrt(Math.log1p(variation * variation));
    double expected = 2 * new NormalDistribution().cumulativeProbability(sigma / Math.sqrt(2));

    assertThat(Stragglers.expectedMaximum(2, variation)).isCloseTo(expected, within(1e-5));
  }

  @Property(tries = 50)
  void moreReplicasAreNeverFaster(
      @ForAll @IntRange(min = 1, max = 512) int replicas,
      @ForAll @DoubleRange(min = 0, max = 1) double variation) {
    assertThat(Stragglers.expectedMaximum(replicas + 1, variation))
        .isGreaterThanOrEqualTo(Stragglers.expectedMaximum(replicas, variation) - 1e-6);
  }

  @Test
  void nobodyWaitsForOneReplicaOrForEqualOnes() {
    assertThat(Stragglers.expectedMaximum(1, 0.5)).isEqualTo(1);
    assertThat(Stragglers.expectedMaximum(256, 0)).isEqualTo(1);
  }

  @Test
  void theMaximumOf64AgreesWithDrawnTimes() {
    double variation = 0.1;
    double sigma = Math.sqrt(Math.log1p(variation * variation));
    Random random = new Random(1);
    int rounds = 20_000;
    double sum = 0;
    for (int round = 0; round < rounds; round++) {
      double slowest = 0;
      for (int replica = 0; replica < 64; replica++) {
        slowest = Math.max(slowest, Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2));
      }
      sum += slowest;
    }

    assertThat(Stragglers.expectedMaximum(64, variation)).isCloseTo(sum / rounds, within(2e-3));
  }
}
