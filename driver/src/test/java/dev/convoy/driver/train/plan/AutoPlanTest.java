package dev.convoy.driver.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.network.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from the number of replicas where a plan leaves it open. */
class AutoPlanTest {
  private static double rate(Optimizer.Kind kind, int batch, int replicas) {
    return AutoPlan.learningRate(kind, batch, replicas);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 7, 8, 12, 16, 32})
  void minibatchesOfAllReplicasStayWithinALargeOne(int replicas) {
    int examples = AutoPlan.batch(replicas) * replicas;
    assertThat(examples).isLessThanOrEqualTo(256).isGreaterThan(256 - 8 * replicas);
  }

  @ParameterizedTest
  @CsvSource({"1, 64, 10", "2, 64, 10", "4, 64, 5", "16, 16, 1", "33, 8, 1", "1000, 8, 1"})
  void batchAndPeriodFallAsReplicasGrow(int replicas, int batch, int period) {
    assertThat(AutoPlan.batch(replicas)).isEqualTo(batch);
    assertThat(AutoPlan.averageEvery(AveragingPeriod.Kind.FIXED, replicas)).isEqualTo(period);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FIXED")
  void rulesThatShortenThePeriodBeginWithALongOne(AveragingPeriod.Kind rule) {
    assertThat(AutoPlan.averageEvery(rule, 16)).isEqualTo(10);
  }

  @Test
  void theRateGrowsWithTheExamplesOfAllReplicas() {
    assertThat(rate(Optimizer.Kind.MOMENTUM, 64, 1)).isEqualTo(0.03);
    assertThat(rate(Optimizer.Kind.MOMENTUM, 64, 2)).isEqualTo(0.06);
    assertThat(rate(Optimizer.Kind.MOMENTUM, 128, 1)).isEqualTo(0.06);
    assertThat(rate(Optimizer.Kind.MOMENTUM, 16, 16)).isEqualTo(0.12);
    assertThat(rate(Optimizer.Kind.SGD, 64, 3)).isCloseTo(0.3, within(1e-12));
    assertThat(rate(Optimizer.Kind.ADAM, 64, 4)).isEqualTo(0.002);
  }

  @Test
  void itIsNeverBelowThatOfOneReplicaNorAboveFourTimesThat() {
    assertThat(rate(Optimizer.Kind.MOMENTUM, 1, 1)).isEqualTo(0.03);
    assertThat(rate(Optimizer.Kind.MOMENTUM, Integer.MAX_VALUE, 1000)).isEqualTo(0.12);
    assertThat(rate(Optimizer.Kind.ADAM, 8, 2)).isEqualTo(0.001);
  }

  @Test
  void highRatesRiseInAHundredStepsAtLeast() {
    assertThat(AutoPlan.warmupEpochs(256, 50 * 256)).isEqualTo(2);
    assertThat(AutoPlan.warmupEpochs(256, 49 * 256 + 1)).as("a short step").isEqualTo(2);
    assertThat(AutoPlan.warmupEpochs(256, 1_000 * 256)).isEqualTo(0.5);
    assertThat(AutoPlan.warmupEpochs(128, 10 * 128)).as("a low rate").isEqualTo(0.5);
  }
}
