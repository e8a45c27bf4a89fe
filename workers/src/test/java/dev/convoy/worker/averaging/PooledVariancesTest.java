package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.PooledVariances.Statistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The variances of replicas become the variance of what all of them have seen. */
class PooledVariancesTest {
  /** One mean at 0, its variance at 1. */
  private static final List<Statistics> ONE = List.of(new Statistics(0, 1, 1));

  private static double mean(double... sample) {
    return Arrays.stream(sample).average().orElseThrow();
  }

  private static double variance(double... sample) {
    double mean = mean(sample);
    return Arrays.stream(sample).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  private static float[] moments(double... sample) {
    return new float[] {(float) mean(sample), (float) variance(sample)};
  }

  @Example
  void theyAreThoseOfThePooledSample() {
    // 1, 3 | 5, 7, 9 | 11: mean 6, variance (25 + 9 + 1 + 1 + 9 + 25)/6 = 70/6.
    PooledVariances pooled = new PooledVariances(ONE);
    WeightedMean mean = new WeightedMean(new float[2], 6);
    double[][] samples = {{1, 3}, {5, 7, 9}, {11}};
    for (double[] sample : samples) {
      pooled.add(moments(sample), sample.length);
      mean.add(moments(sample), sample.length);
    }
    float[] averaged = mean.mean();
    pooled.writeTo(averaged);
    assertThat(averaged[0]).isEqualTo(6);
    assertThat(averaged[1]).isEqualTo((float) (70 / 6.0));
    assertThat((double) averaged[1]).isCloseTo(variance(1, 3, 5, 7, 9, 11), within(1e-6));
  }

  @Example
  void everyLayerHasItsOwnPlacesAndAllElseStays() {
    PooledVariances pooled =
        new PooledVariances(List.of(new Statistics(1, 3, 2), new Statistics(7, 6, 1)));
    // Variances at 3, 4 and 6; half of the squared distance of two equal replicas is d²/4.
    pooled.add(new float[] {9, 0, 10, 1, 2, 9, 5, 4}, 4);
    pooled.add(new float[] {9, 2, 10, 3, 2, 9, 5, 8}, 4);
    float[] averaged = {-1, -2, -3, -4, -5, -6, -7, -8};
    pooled.writeTo(averaged);
    assertThat(averaged).containsExactly(-1, -2, -3, 3, 2, -6, 9, -8);
  }

  @Property(tries = 500)
  void theyAreExactToFloatRounding(
      @ForAll @Size(min = 2, max = 6) List<@FloatRange(min = -1e6f, max = 1e6f) Float> means,
      @ForAll @Size(6) List<@FloatRange(min = 0, max = 1e6f) Float> variances,
      @ForAll @Size(6) List<@LongRange(min = 1, max = 100_000) Long> examples) {
    PooledVariances pooled = new PooledVariances(ONE);
    MathContext digits = new MathContext(60);
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal first = BigDecimal.ZERO;
    BigDecimal second = BigDecimal.ZERO;
    for (int k = 0; k < means.size(); k++) {
      pooled.add(new float[] {means.get(k), variances.get(k)}, examples.get(k));
      BigDecimal n = BigDecimal.valueOf(examples.get(k));
      BigDecimal m = new BigDecimal(means.get(k));
      total = total.add(n);
      first = first.add(n.multiply(m));
      second = second.add(n.multiply(m.multiply(m).add(new BigDecimal(variances.get(k)))));
    }
    BigDecimal mean = first.divide(total, digits);
    double exact = second.divide(total, digits).subtract(mean.multiply(mean)).doubleValue();
    float[] averaged = {0, -1};
    pooled.writeTo(averaged);
    // Relative to the largest distance of means, whose rounding in double is all that can show.
    double largest = means.stream().mapToDouble(Math::abs).max().orElseThrow();
    assertThat(averaged[1]).isGreaterThanOrEqualTo(0);
    assertThat((double) averaged[1])
        .isCloseTo(exact, within(Math.ulp((float) exact) + 1e-12 * largest * Math.sqrt(exact)));
  }

  @Example
  void equalMeansFarFromZeroLeaveTheVariance() {
    // As Σ w·m² − m² in double it would be a difference of 10^30 and itself.
    PooledVariances pooled = new PooledVariances(ONE);
    pooled.add(new float[] {(float) 1e15, 1e-3f}, 3);
    pooled.add(new float[] {(float) 1e15, 1e-3f}, 7);
    float[] averaged = new float[2];
    pooled.writeTo(averaged);
    assertThat(averaged[1]).isEqualTo(1e-3f);
  }

  @Property(tries = 200)
  void oneReplicaAloneKeepsItsBits(
      @ForAll @Size(2) List<@FloatRange(min = 0) Float> values,
      @ForAll @LongRange(min = 1, max = 100_000) long examples) {
    float[] vector = {values.get(0), values.get(1)};
    PooledVariances pooled = new PooledVariances(ONE);
    pooled.add(new float[] {Float.NaN, -1}, 0);
    pooled.add(vector, examples);
    pooled.add(new float[0], 0);
    float[] averaged = vector.clone();
    pooled.writeTo(averaged);
    assertThat(bits(averaged)).containsExactly(bits(vector));
    assertThat(bits(new float[] {-0.0f}))
        .as("the bits of a negative zero differ")
        .isNotEqualTo(bits(new float[] {0}));
  }

  @Example
  void withoutStatisticsNothingIsTouched() {
    PooledVariances pooled = new PooledVariances(List.of());
    pooled.add(new float[] {-1, -2}, 5);
    pooled.add(new float[] {-3, -4}, 5);
    float[] averaged = {-2, -3};
    pooled.writeTo(averaged);
    assertThat(averaged).containsExactly(-2, -3);
  }

  @Example
  void aNegativeVarianceIsRefused() {
    PooledVariances pooled = new PooledVariances(ONE);
    assertThatThrownBy(() -> pooled.add(new float[] {0, -0.5f}, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot pool variances: value 1 is -0.5 (must be at least 0)");
    assertThatThrownBy(() -> pooled.add(new float[] {0, 1}, -3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid examples: -3 (must be at least 0)");
  }
}
