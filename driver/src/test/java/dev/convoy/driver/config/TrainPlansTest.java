package dev.convoy.driver.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What settings leave open follows from those that are given. */
class TrainPlansTest {
  private static TrainPlans.Hyperparameters of(String... sets) {
    Problems problems = new Problems();
    TrainPlans.Hyperparameters read = TrainPlans.read(settings(problems, sets), problems);
    assertThat(problems.faults()).isEmpty();
    return read;
  }

  private static Settings settings(Problems problems, String... sets) {
    return Settings.load(Optional.empty(), Optional.empty(), List.of(sets), Map.of(), problems);
  }

  private static int averageEvery(TrainPlans.Hyperparameters plan) {
    return plan.averaging().period().every();
  }

  @Test
  void batchPeriodAndRateFollowTheReplicas() {
    TrainPlans.Hyperparameters plan = of("train.replicas=16");
    assertThat(plan.batch()).isEqualTo(16);
    assertThat(averageEvery(plan)).isEqualTo(1);
    assertThat(plan.schedule().base()).isEqualTo(0.12);
  }

  @Test
  void theRateFollowsTheBatchThatIsGiven() {
    assertThat(of("train.replicas=16", "train.batch=8").schedule().base()).isEqualTo(0.06);
    assertThat(of("train.optimizer=adam", "train.batch=128").schedule().base()).isEqualTo(0.002);
  }

  @Test
  void whatIsGivenStands() {
    TrainPlans.Hyperparameters plan =
        of(
            "train.replicas=16",
            "train.batch=64",
            "train.averageEvery=7",
            "train.learningRate=0.01");
    assertThat(plan.batch()).isEqualTo(64);
    assertThat(averageEvery(plan)).isEqualTo(7);
    assertThat(plan.schedule().base()).isEqualTo(0.01);
  }

  @Test
  void aRuleThatChangesThePeriodBeginsWithALongOne() {
    assertThat(averageEvery(of("train.replicas=16", "train.period.rule=post-local"))).isEqualTo(10);
  }

  @Test
  void overlapIsRefusedWithAdaptivePeriods() {
    Problems problems = new Problems();
    TrainPlans.read(settings(problems, "train.overlap=3", "train.period.rule=adaptive"), problems);
    assertThat(problems.faults())
        .singleElement()
        .asString()
        .contains("train.overlap = 3: must be 0 with train.period.rule = adaptive");
    assertThat(of("train.overlap=3").averaging().overlap()).isEqualTo(3);
  }
}
