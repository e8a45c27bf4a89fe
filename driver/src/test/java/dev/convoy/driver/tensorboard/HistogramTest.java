package dev.convoy.driver.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Laws of the distribution of a tensor's values. */
class HistogramTest {
  private static float[] normal(int count, double deviation) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  @Test
  void countsSumToTheNumberOfValuesAndMomentsAreThoseOfTheTensor() {
    for (double deviation : new double[] {1e-20, 1e-3, 1, 1e25}) {
      float[] values = normal(1000, deviation);
      Histogram histogram = Histogram.of(values).orElseThrow();
      double[] exact = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
      assertThat(histogram.counts().stream().mapToDouble(x -> x).sum()).isEqualTo(1000);
      assertThat(histogram.number()).isEqualTo(1000);
      assertThat(histogram.min()).isEqualTo(java.util.Arrays.stream(exact).min().orElseThrow());
      assertThat(histogram.max()).isEqualTo(java.util.Arrays.stream(exact).max().orElseThrow());
      assertThat(histogram.sum())
          .isCloseTo(java.util.Arrays.stream(exact).sum(), within(deviation * 1e-9));
      assertThat(histogram.sumOfSquares())
          .isCloseTo(
              java.util.Arrays.stream(exact).map(x -> x * x).sum(),
              within(deviation * deviation * 1e-9));
    }
  }

  @Test
  void everyBucketCountsTheValuesBetweenItsLimits() {
    float[] values = normal(500, 0.1);
    values[0] = 0;
    Histogram histogram = Histogram.of(values).orElseThrow();
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < histogram.limits().size(); i++) {
      double from = lower;
      double to = histogram.limits().get(i);
      assertThat(to).isGreaterThan(from);
      long within =
          IntStream.range(0, values.length)
              .filter(one -> values[one] >= from && values[one] < to)
              .count();
      assertThat(histogram.counts().get(i)).as("from " + from + " to " + to).isEqualTo(within);
      lower = to;
    }
    assertThat(histogram.limits()).hasSizeLessThan(400);
  }

  @Test
  void equalValuesShareOneBucket() {
    Histogram zeros = Histogram.of(new float[5]).orElseThrow();
    assertThat(zeros.counts().stream().filter(count -> count > 0)).containsExactly(5.0);
    assertThat(zeros.min()).isZero();
    assertThat(zeros.max()).isZero();
  }

  @Test
  void valuesThatAreNotFiniteHaveNoDistribution() {
    assertThat(Histogram.of(new float[] {1, Float.NaN})).isEmpty();
    assertThat(Histogram.of(new float[] {Float.POSITIVE_INFINITY})).isEmpty();
    assertThat(Histogram.of(new float[0])).isEmpty();
  }
}
