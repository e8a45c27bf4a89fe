package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.OuterStep.Kind;
import dev.convoy.worker.averaging.OuterStep.State;
import dev.convoy.worker.averaging.PooledVariances.Statistics;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Scale;

/** What the mean of the replicas becomes. */
class OuterStepTest {
  private static final OuterStep NESTEROV = OuterStep.nesterov(0.5, 0.75);
  private static final OuterStep ADAM = new OuterStep(Kind.ADAM, 0.5, 0, 0.75, 0.5, 0.25);

  private static float[] random(long seed, int length, float scale) {
    Random random = new Random(seed);
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) random.nextGaussian() * scale;
    }
    return vector;
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  @Property(tries = 300)
  void meanStepKeepsEveryBit(@ForAll("anyBits") List<Float> mean) {
    float[] array = array(mean);
    int[] before = bits(array);
    State state = State.fresh(Kind.MEAN, 8);
    float[] next =
        new OuterStep(Kind.MEAN, 0.1, 0.5, 0.5, 0.5, 0.5)
            .take(new float[8], array, state, Ranges.everything(8));
    assertThat(bits(next)).containsExactly(before);
    assertThat(state.vectors()).isEmpty();
  }

  @Provide
  Arbitrary<List<Float>> anyBits() {
    return Arbitraries.integers().map(Float::intBitsToFloat).list().ofSize(8);
  }

  @Example
  void nesterovByHand() {
    // D = 4: v = 4, p = 1 + ½·(4 + ¾·4) = 4.5. D = −2: v = 3 − 2 = 1, p = 4.5 + ½·(−2 + ¾) = 3.875.
    State state = State.fresh(Kind.NESTEROV, 1);
    Ranges all = Ranges.everything(1);
    float[] first = NESTEROV.take(new float[] {1}, new float[] {5}, state, all);
    assertThat(first).containsExactly(4.5f);
    assertThat(state.vectors().get(0)).containsExactly(4);
    float[] second = NESTEROV.take(first, new float[] {2.5f}, state, all);
    assertThat(second).containsExactly(3.875f);
    assertThat(state.vectors().get(0)).containsExactly(1);
  }

  @Example
  void adamByHand() {
    // D = 4: m = 1, v = 8, p = 1 + ½·1/(√8 + ¼). D = −2 from there: m = ¾ − ½, v = 4 + 2.
    State state = State.fresh(Kind.ADAM, 1);
    Ranges all = Ranges.everything(1);
    float[] first = ADAM.take(new float[] {1}, new float[] {5}, state, all);
    assertThat((double) first[0]).isCloseTo(1 + 0.5 / (Math.sqrt(8) + 0.25), within(1e-7));
    assertThat(state.vectors().get(0)).containsExactly(1);
    assertThat(state.vectors().get(1)).containsExactly(8);
    float[] second = ADAM.take(new float[] {0}, new float[] {-2}, state, all);
    assertThat((double) second[0]).isCloseTo(0.125 / (Math.sqrt(6) + 0.25), within(1e-8));
    assertThat(state.vectors().get(0)).containsExactly(0.25f);
    assertThat(state.vectors().get(1)).containsExactly(6);
  }

  @Property(tries = 500)
  void nesterovWithoutMomentumIsTheScaledMean(
      @ForAll @FloatRange(min = -1e6f, max = 1e6f) @Scale(6) float start,
      @ForAll @FloatRange(min = -1e6f, max = 1e6f) @Scale(6) float mean,
      @ForAll @DoubleRange(min = 0.01, max = 2) double rate) {
    float[] next =
        OuterStep.nesterov(rate, 0)
            .take(
                new float[] {start},
                new float[] {mean},
                State.fresh(Kind.NESTEROV, 1),
                Ranges.everything(1));
    BigDecimal p = new BigDecimal(start);
    double exact =
        p.add(new BigDecimal(rate).multiply(new BigDecimal(mean).subtract(p))).doubleValue();
    // Half a unit of the float, and the roundings of a few operations in double. Plain arithmetic:
    // isCloseTo compares decimal digits, which differ where the error is the bound itself.
    double rounding = Math.ulp((float) exact) / 2 + 8 * Math.ulp(Math.abs(exact) + Math.abs(start));
    assertThat(Math.abs(next[0] - exact)).isLessThanOrEqualTo(rounding);
  }

  @Example
  void equalDeltasAddUpToTheDeltaOverOneMinusTheMomentum() {
    State state = State.fresh(Kind.NESTEROV, 1);
    float[] p = {0};
    double step = 0;
    for (int round = 0; round < 200; round++) {
      float[] next = NESTEROV.take(p, new float[] {p[0] + 1}, state, Ranges.everything(1));
      step = (double) next[0] - p[0];
      p = next;
    }
    assertThat(step).isCloseTo(0.5 / (1 - 0.75), within(1e-4));
  }

  @Property(tries = 100)
  void adamIsItsFormulaForManyRounds(@ForAll long seed) {
    OuterStep step = OuterStep.adam(0.03);
    State state = State.fresh(Kind.ADAM, 3);
    float[] p = random(seed, 3, 1);
    double[] m = new double[3];
    double[] v = new double[3];
    for (int round = 1; round <= 20; round++) {
      float[] mean = random(seed + round, 3, 1);
      float[] next = step.take(p, mean, state, Ranges.everything(3));
      for (int i = 0; i < 3; i++) {
        double delta = (double) mean[i] - p[i];
        m[i] += 0.1 * (delta - m[i]);
        v[i] += 0.01 * (delta * delta - v[i]);
        double expected = p[i] + 0.03 * m[i] / (Math.pow(v[i], 0.5) + 0.001);
        assertThat((double) next[i]).isCloseTo(expected, within(2e-6 * (1 + Math.abs(p[i]))));
      }
      p = next;
    }
  }

  @Property(tries = 50)
  void statisticsTakeNoOuterStep(@ForAll long seed) {
    int length = 3 * Blocks.SIZE;
    Ranges ranges = Ranges.without(List.of(new Statistics(5, 4090, 10)), length);
    float[] start = random(seed, length, 1);
    float[] mean = random(seed + 1, length, 1);
    for (OuterStep step : List.of(NESTEROV, ADAM)) {
      State state = State.fresh(step.kind(), length);
      float[] next = step.take(start, mean, state, ranges);
      int untouched = 0;
      for (int i = 0; i < length; i++) {
        if ((i >= 5 && i < 15) || (i >= 4090 && i < 4100)) {
          assertThat(next[i]).as("value %d", i).isEqualTo(mean[i]);
          assertThat(state.vectors().get(0)[i]).as("state %d", i).isZero();
        } else if (next[i] == mean[i] || state.vectors().get(0)[i] == 0) {
          untouched++;
        }
      }
      // A step may end where the mean is by chance.
      assertThat(untouched).isLessThan(10);
    }
  }

  @Property(tries = 50)
  void restoredStateGoesOnBitForBit(@ForAll long seed) {
    Ranges all = Ranges.everything(10);
    for (OuterStep step : List.of(NESTEROV, ADAM)) {
      State state = State.fresh(step.kind(), 10);
      float[] p = random(seed, 10, 1);
      for (int round = 1; round < 4; round++) {
        p = step.take(p, random(seed + round, 10, 1), state, all);
      }
      State restored = State.of(state.vectors().stream().map(float[]::clone).toList());
      float[] mean = random(seed + 9, 10, 1);
      assertThat(bits(step.take(p, mean, restored, all)))
          .containsExactly(bits(step.take(p, mean, state, all)));
      for (int i = 0; i < step.kind().vectors(); i++) {
        assertThat(bits(restored.vectors().get(i))).containsExactly(bits(state.vectors().get(i)));
      }
    }
  }

  @Example
  void theNumberOfThreadsChangesNoBit() throws Exception {
    int length = 9 * Blocks.SIZE + 17;
    float[] start = random(1, length, 1);
    float[] mean = random(2, length, 1);
    for (OuterStep step : List.of(NESTEROV, ADAM)) {
      ForkJoinPool one = new ForkJoinPool(1);
      ForkJoinPool seven = new ForkJoinPool(7);
      try {
        float[] alone = one.submit(() -> next(step, start, mean)).get();
        float[] together = seven.submit(() -> next(step, start, mean)).get();
        assertThat(bits(together)).containsExactly(bits(alone));
      } finally {
        one.shutdown();
        seven.shutdown();
      }
    }
  }

  private static float[] next(OuterStep step, float[] start, float[] mean) {
    State state = State.fresh(step.kind(), start.length);
    return step.take(start, mean, state, Ranges.everything(start.length));
  }

  @Example
  void nothingThatWasGivenIsWrittenTo() {
    float[] start = {1, 2};
    float[] mean = {3, 5};
    float[] momentum = {1, 1};
    NESTEROV.take(start, mean, State.of(List.of(momentum)), Ranges.everything(2));
    assertThat(start).containsExactly(1, 2);
    assertThat(mean).containsExactly(3, 5);
    assertThat(momentum).containsExactly(1, 1);
  }

  @Example
  void whatIsNotFiniteIsToldAndTheStateStays() {
    Ranges all = Ranges.everything(1);
    float[] high = {Float.MAX_VALUE};
    float[] zero = {0};
    State momentum = State.of(List.of(high));
    assertThatThrownBy(() -> OuterStep.nesterov(1e-9, 0.9).take(zero, high, momentum, all))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("the outer momentum is not finite");
    assertThat(momentum.vectors().get(0)).isSameAs(high);
    assertThatThrownBy(() -> ADAM.take(zero, new float[] {1e20f}, State.fresh(Kind.ADAM, 1), all))
        .hasMessage("the outer second moment is not finite");
    assertThatThrownBy(
            () -> OuterStep.nesterov(3, 0).take(zero, high, State.fresh(Kind.NESTEROV, 1), all))
        .hasMessage("a parameter after the outer step is not finite");
    assertThatThrownBy(
            () -> ADAM.take(zero, new float[] {Float.NaN}, State.fresh(Kind.ADAM, 1), all))
        .isInstanceOfSatisfying(
            NotFiniteException.class,
            e -> assertThat(e.what()).isEqualTo("the outer first moment"));
  }

  @Example
  void otherLengthsAndStatesAreRefused() {
    Ranges all = Ranges.everything(2);
    float[] two = new float[2];
    assertThatThrownBy(() -> NESTEROV.take(two, two, State.fresh(Kind.MEAN, 2), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid state: 0 vectors (must be 1 for nesterov)");
    assertThatThrownBy(() -> NESTEROV.take(two, two, State.fresh(Kind.NESTEROV, 3), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid state: 3 values (must be 2 as in the ranges)");
    assertThatThrownBy(
            () -> OuterStep.mean().take(two, new float[3], State.fresh(Kind.MEAN, 2), all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid mean: 3 values (must be 2 as in the ranges)");
  }

  @Example
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> OuterStep.nesterov(0, 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid learningRate: 0.0 (must be greater than 0)");
    assertThatThrownBy(() -> OuterStep.nesterov(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid momentum: 1.0 (must be at least 0.0 and below 1.0)");
    assertThatThrownBy(() -> new OuterStep(Kind.ADAM, 1, 0, 0.9, Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid beta2: NaN (must be at least 0.0 and below 1.0)");
    assertThatThrownBy(() -> new OuterStep(Kind.ADAM, 1, 0, 0.9, 0.9, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid epsilon: 0.0 (must be greater than 0)");
  }

  @Example
  void keysAreTheNamesInConfiguration() {
    assertThat(Kind.values()).extracting(Kind::key).containsExactly("mean", "nesterov", "adam");
    assertThat(Kind.values()).extracting(Kind::vectors).containsExactly(0, 1, 2);
  }
}
