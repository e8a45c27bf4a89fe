package dev.convoy.driver.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.driver.train.plan.LearningRateSchedule.Shape;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Schedules against hand arithmetic. */
class LearningRateScheduleTest {
  private static double[] rates(LearningRateSchedule schedule, int stepsPerEpoch, int epochs) {
    return LongStream.range(0, (long) stepsPerEpoch * epochs)
        .mapToDouble(step -> schedule.rateAt(step, stepsPerEpoch, epochs))
        .toArray();
  }

  private static void assertRates(double[] actual, double... expected) {
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  @Test
  void constantNeverChanges() {
    assertRates(rates(LearningRateSchedule.constant(0.3), 2, 2), 0.3, 0.3, 0.3, 0.3);
  }

  @Test
  void warmupRisesInEqualStepsUpToTheBase() {
    // One epoch of 4 steps: 1/5, 2/5, 3/5, 4/5 of the base; then the base itself.
    assertRates(
        rates(new LearningRateSchedule(Shape.CONSTANT, 1, 1, 1, 1), 4, 2),
        0.2,
        0.4,
        0.6,
        0.8,
        1,
        1,
        1,
        1);
  }

  @Test
  void warmupMayTakeAFractionOfAnEpoch() {
    assertRates(rates(new LearningRateSchedule(Shape.CONSTANT, 3, 0.5, 1, 1), 4, 1), 1, 2, 3, 3);
  }

  @Test
  void warmupIsRoundedToWholeSteps() {
    // 0.3 · 4 = 1.2 steps become 1; 0.4 · 4 = 1.6 become 2.
    assertRates(rates(new LearningRateSchedule(Shape.CONSTANT, 6, 0.3, 1, 1), 4, 1), 3, 6, 6, 6);
    assertRates(rates(new LearningRateSchedule(Shape.CONSTANT, 6, 0.4, 1, 1), 4, 1), 2, 4, 6, 6);
  }

  @Test
  void warmupLongerThanTheRunStillReachesTheBaseAtTheLastStep() {
    for (Shape shape : Shape.values()) {
      assertRates(
          rates(new LearningRateSchedule(shape, 1, 1e300, 100, 0.5), 2, 2), 0.25, 0.5, 0.75, 1);
    }
  }

  @Test
  void stepFallsAfterEverySoManyEpochs() {
    assertRates(
        rates(new LearningRateSchedule(Shape.STEP, 8, 0, 2, 0.5), 2, 5),
        8,
        8,
        8,
        8,
        4,
        4,
        4,
        4,
        2,
        2);
  }

  @Test
  void stepsAreCountedFromTheStartOfTheRunNotFromTheEndOfWarmup() {
    assertRates(rates(new LearningRateSchedule(Shape.STEP, 8, 1, 1, 0.5), 3, 2), 2, 4, 6, 4, 4, 4);
  }

  @Test
  void aFactorOfZeroStopsAtTheFirstFall() {
    assertRates(rates(new LearningRateSchedule(Shape.STEP, 8, 0, 1, 0), 1, 3), 8, 0, 0);
  }

  @Test
  void cosineFallsFromTheBaseTowardsZero() {
    // ½(1 + cos(π·t/4)) for t = 0, 1, 2, 3: cos(π/4) = √½, cos(π/2) = 0.
    double r = Math.sqrt(0.5);
    assertRates(
        rates(new LearningRateSchedule(Shape.COSINE, 2, 0, 1, 1), 2, 2), 2, 1 + r, 1, 1 - r);
  }

  @Test
  void cosineStartsAtTheEndOfWarmup() {
    // Two steps of warm-up, then ½(1 + cos(π·t/3)) for t = 0, 1, 2: 1, 3/4, 1/4.
    assertRates(rates(new LearningRateSchedule(Shape.COSINE, 12, 0.4, 1, 1), 5, 1), 4, 8, 12, 9, 3);
  }

  @Test
  void aRunOfOneStepTakesTheBase() {
    for (Shape shape : Shape.values()) {
      assertThat(new LearningRateSchedule(shape, 0.7, 5, 1, 0.1).rateAt(0, 1, 1)).isEqualTo(0.7);
    }
  }

  @Test
  void ratesAreNeverNegativeNorAboveTheBase() {
    for (Shape shape : Shape.values()) {
      for (double warmup : new double[] {0, 0.1, 1, 2.5, 7}) {
        for (int stepsPerEpoch : new int[] {1, 2, 13}) {
          for (int epochs : new int[] {1, 2, 6}) {
            LearningRateSchedule schedule = new LearningRateSchedule(shape, 0.1, warmup, 2, 0.3);
            for (double rate : rates(schedule, stepsPerEpoch, epochs)) {
              assertThat(rate)
                  .as("%s, %s steps, %s epochs", schedule, stepsPerEpoch, epochs)
                  .isBetween(0.0, 0.1);
            }
          }
        }
      }
    }
  }

  @Test
  void aLongRunDoesNotOverflow() {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.COSINE, 1, 0, 1, 1);
    long stepsPerEpoch = 3_000_000_000L;
    assertThat(schedule.rateAt(stepsPerEpoch, stepsPerEpoch, 2)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    refused("Invalid base: 0.0 (must be greater than 0)", 0, 0, 1, 1);
    refused("Invalid base: NaN (must be greater than 0)", Double.NaN, 0, 1, 1);
    refused("Invalid base: Infinity (must be greater than 0)", Double.POSITIVE_INFINITY, 0, 1, 1);
    refused(
        "Invalid warmupEpochs: -0.5 (must be between 0.0 and 1.7976931348623157E308)",
        1,
        -0.5,
        1,
        1);
    refused("Invalid stepEveryEpochs: 0 (must be at least 1)", 1, 0, 0, 1);
    refused("Invalid stepFactor: 1.5 (must be between 0.0 and 1.0)", 1, 0, 1, 1.5);
  }

  private static void refused(
      String message, double base, double warmup, int stepEvery, double stepFactor) {
    assertThatThrownBy(
            () -> new LearningRateSchedule(Shape.STEP, base, warmup, stepEvery, stepFactor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
