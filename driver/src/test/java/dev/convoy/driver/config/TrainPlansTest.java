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
  void faultsOfTheAugmentationAreToldTogether() {
    Problems problems = new Problems();
    TrainPlans.read(
        settings(
            problems,
            "train.augment.scale.min=1.2",
            "train.augment.erase.areaMax=0.01",
            "train.augment.flipRule=alternating",
            "train.augment.mixup=-1",
            "train.augment.padding=edge"),
        problems);
    assertThat(problems.faults())
        .extracting(Object::toString)
        .hasSize(5)
        .anyMatch(fault -> fault.contains("train.augment.mixup = -1: must be between 0 and 100"))
        .anyMatch(
            fault -> fault.contains("train.augment.padding = edge: must be one of zero, reflect"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.scale.max = 1.0: must be at least train.augment.scale.min, which"
                        + " is 1.2"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.erase.areaMax = 0.01: must be at least"
                        + " train.augment.erase.areaMin, which is 0.02"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.flip = 0.0: must be 0.5 with train.augment.flipRule ="
                        + " alternating"));
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
