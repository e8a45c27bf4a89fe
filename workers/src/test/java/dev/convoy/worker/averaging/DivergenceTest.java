package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.PooledVariances.Statistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How far replicas have moved apart. */
class DivergenceTest {
  private static float[] random(Random random, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  @Example
  void byHand() {
    // Deltas (4, 0) and (0, 8) of weights ¾ and ¼: mean (3, 2), |mean|² = 13,
    // ¾·(1 + 4) + ¼·(9 + 36) = 15.
    assertThat(
            Divergence.of(
                    new float[] {1, 1},
                    new float[] {4, 3},
                    List.of(new float[] {5, 1}, new float[] {1, 9}),
                    List.of(0.75, 0.25),
                    Ranges.everything(2))
                .ratio())
        .isEqualTo(15.0 / 13);
  }

  @Property
  void orthogonalDeltasGiveOneLessThanTheirNumber(@ForAll @IntRange(min = 1, max = 9) int n) {
    List<float[]> vectors = new ArrayList<>();
    float[] mean = new float[n];
    for (int k = 0; k < n; k++) {
      float[] vector = new float[n];
      vector[k] = n;
      mean[k] = 1;
      vectors.add(vector);
    }
    List<Double> weights = Collections.nCopies(n, 1.0 / n);
    assertThat(Divergence.of(new float[n], mean, vectors, weights, Ranges.everything(n)).ratio())
        .isCloseTo(n - 1, within(1e-12));
  }

  @Example
  void equalReplicasDoNotDivergeAndDeltasThatCancelDivergeInfinitely() {
    Ranges all = Ranges.everything(1);
    float[] start = {2};
    List<Double> halves = List.of(0.5, 0.5);
    List<float[]> equal = List.of(new float[] {3}, new float[] {3});
    assertThat(Divergence.of(start, new float[] {3}, equal, halves, all).ratio()).isZero();
    assertThat(Divergence.of(start, start, List.of(start, start), halves, all).ratio()).isZero();
    List<float[]> opposite = List.of(new float[] {3}, new float[] {1});
    assertThat(Divergence.of(start, start, opposite, halves, all).ratio())
        .isEqualTo(Double.POSITIVE_INFINITY);
    List<float[]> lost = List.of(new float[] {Float.NaN}, new float[] {1});
    assertThat(Divergence.of(start, new float[] {3}, lost, halves, all).ratio()).isNaN();
  }

  @Example
  void statisticsAndReplicasWithoutWeightDoNotCount() {
    Ranges ranges = Ranges.without(List.of(new Statistics(1, 2, 1)), 4);
    assertThat(
            Divergence.of(
                    new float[4],
                    new float[] {1, 5, 5, 1},
                    List.of(new float[] {2, 9, 9, 1}, new float[0], new float[] {0, 1, 1, 1}),
                    List.of(0.5, 0.0, 0.5),
                    ranges)
                .ratio())
        .isEqualTo(0.5);
  }

  @Property(tries = 50)
  void itIsItsFormula(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int length) {
    Random random = new Random(seed);
    float[] start = random(random, length);
    List<float[]> vectors = List.of(random(random, length), random(random, length));
    List<Double> weights = List.of(0.375, 0.625);
    float[] mean = new float[length];
    BigDecimal apart = BigDecimal.ZERO;
    BigDecimal together = BigDecimal.ZERO;
    for (int i = 0; i < length; i++) {
      mean[i] = 0.375f * vectors.get(0)[i] + 0.625f * vectors.get(1)[i];
      BigDecimal centre = new BigDecimal(mean[i]);
      together = together.add(centre.subtract(new BigDecimal(start[i])).pow(2));
      for (int k = 0; k < 2; k++) {
        BigDecimal distance = new BigDecimal(vectors.get(k)[i]).subtract(centre);
        apart = apart.add(distance.pow(2).multiply(BigDecimal.valueOf(weights.get(k))));
      }
    }
    double exact = apart.divide(together, MathContext.DECIMAL128).doubleValue();
    assertThat(Divergence.of(start, mean, vectors, weights, Ranges.everything(length)).ratio())
        .isCloseTo(exact, within(1e-13 * exact));
  }

  @Property(tries = 50)
  void chunksAddUpToTheWhole(@ForAll long seed, @ForAll @IntRange(min = 1, max = 99) int cut) {
    Random random = new Random(seed);
    float[] start = random(random, 100);
    float[] mean = random(random, 100);
    List<float[]> vectors = List.of(random(random, 100), random(random, 100));
    List<Double> weights = List.of(0.375, 0.625);
    Divergence sum = Divergence.NONE;
    for (int[] range : new int[][] {{0, cut}, {cut, 100}}) {
      List<float[]> chunks =
          vectors.stream().map(vector -> Arrays.copyOfRange(vector, range[0], range[1])).toList();
      sum =
          sum.plus(
              Divergence.of(
                  Arrays.copyOfRange(start, range[0], range[1]),
                  Arrays.copyOfRange(mean, range[0], range[1]),
                  chunks,
                  weights,
                  Ranges.everything(range[1] - range[0])));
    }
    double whole = Divergence.of(start, mean, vectors, weights, Ranges.everything(100)).ratio();
    assertThat(sum.ratio()).isCloseTo(whole, within(1e-12 * whole));
  }

  @Example
  void theNumberOfThreadsChangesNoBit() throws Exception {
    int length = 9 * Blocks.SIZE + 17;
    Random random = new Random(3);
    float[] start = random(random, length);
    float[] mean = random(random, length);
    List<float[]> vectors = List.of(random(random, length), random(random, length));
    Ranges ranges = Ranges.without(List.of(new Statistics(77, 9000, 100)), length);
    ForkJoinPool one = new ForkJoinPool(1);
    ForkJoinPool seven = new ForkJoinPool(7);
    try {
      List<Double> halves = List.of(0.5, 0.5);
      double alone =
          one.submit(() -> Divergence.of(start, mean, vectors, halves, ranges).ratio()).get();
      double together =
          seven.submit(() -> Divergence.of(start, mean, vectors, halves, ranges).ratio()).get();
      assertThat(together).isEqualTo(alone);
    } finally {
      one.shutdown();
      seven.shutdown();
    }
  }

  @Example
  void otherLengthsAreRefused() {
    Ranges all = Ranges.everything(2);
    float[] two = new float[2];
    assertThatThrownBy(() -> Divergence.of(two, two, List.of(two), List.of(0.5, 0.5), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid weights: 2 (must be as many as the 1 vectors)");
    assertThatThrownBy(() -> Divergence.of(two, two, List.of(new float[3]), List.of(1.0), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid vector: 3 values (must be 2 as in the ranges)");
    assertThatThrownBy(() -> Divergence.of(two, two, List.of(two), List.of(-1.0), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid weight: -1.0 (must be between 0.0 and 1.0)");
  }
}
