package dev.convoy.driver.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settings leave open follows from those that are given. */
class TrainPlansTest {
  private static final String SHIPPED = "train.augment.erase { areaMin = 0.02, areaMax = 0.4 }";

  private static TrainPlans.Hyperparameters of(String... sets) {
    Problems problems = new Problems();
    TrainPlans.Hyperparameters read = TrainPlans.read(settings(problems, sets));
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
            "train.augment.padding=edge"));
    assertThat(problems.faults())
        .extracting(Object::toString)
        .hasSize(5)
        .anyMatch(fault -> fault.contains("train.augment.mixup = -1: must be between 0 and 100"))
        .anyMatch(
            fault -> fault.contains("train.augment.padding = edge: must be one of zero, reflect"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.scale.min = 1.2: must be at most train.augment.scale.max, whose"
                        + " default is 1 (give both)"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.erase.areaMax = 0.01: must be at least"
                        + " train.augment.erase.areaMin, whose default is 0.02 (give both)"))
        .anyMatch(
            fault ->
                fault.contains(
                    "train.augment.flipRule = alternating: flips every image in every second"
                        + " epoch, and needs 0.5 for train.augment.flip, whose default is 0 (give"
                        + " both)"));
  }

  @Test
  void ofTwoValuesThatDoNotAgreeTheGivenOneIsBlamed() {
    assertThat(faults(Map.of(), "train.augment.scale.min=2", "train.augment.scale.max=1.5"))
        .containsExactly(
            "train.augment.scale.max = 1.5: must be at least train.augment.scale.min = 2");
    assertThat(faults(Map.of("train.augment.erase.areaMin", "0.5")))
        .containsExactly(
            "--augment-erase-area-min 0.5: must be at most --augment-erase-area-max, whose default"
                + " is 0.4 (give both)");
    assertThat(faults(Map.of("train.augment.flip", "0.25"), "train.augment.flipRule=alternating"))
        .containsExactly(
            "--augment-flip 0.25: must be 0.5 with train.augment.flipRule = alternating");
    assertThat(
            faults(
                Map.of("train.period.longest", "3", "train.period.rule", "quadratic"),
                "train.averageEvery=8"))
        .containsExactly(
            "--period-longest 3: must be at least 8, which follows from train.averageEvery = 8");
  }

  @Test
  void aValueOfTheShippedFileThatIsTheDefaultIsNotBlamed(@TempDir Path directory)
      throws IOException {
    Path shipped = Files.writeString(directory.resolve("convoy.conf"), SHIPPED);
    Problems problems = new Problems();
    TrainPlans.read(
        Settings.load(
            Optional.of(shipped),
            Optional.empty(),
            List.of("train.augment.erase.areaMax=0.01"),
            Map.of(),
            problems));
    assertThat(problems.faults())
        .containsExactly(
            "train.augment.erase.areaMax = 0.01: must be at least train.augment.erase.areaMin,"
                + " whose default is 0.02 (give both)");
  }

  private static List<String> faults(Map<String, String> flags, String... sets) {
    Problems problems = new Problems();
    TrainPlans.read(
        Settings.load(Optional.empty(), Optional.empty(), List.of(sets), flags, problems));
    return problems.faults();
  }

  @Test
  void overlapIsRefusedWithAdaptivePeriods() {
    Problems problems = new Problems();
    TrainPlans.read(settings(problems, "train.overlap=3", "train.period.rule=adaptive"));
    assertThat(problems.faults())
        .singleElement()
        .asString()
        .contains("train.overlap = 3: must be 0 with train.period.rule = adaptive");
    assertThat(of("train.overlap=3").averaging().overlap()).isEqualTo(3);
  }
}
