package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class GuessingCheckTest {
  private static final int LABELS = 10;
  private static final List<Long> EVEN = Collections.nCopies(LABELS, 12L);

  private static TrainReport report(double loss, Double accuracy) {
    return new TrainReport(
        "run/model", "abc", 17, 1, 4, 10, loss, accuracy, null, null, 1, 1, 1, 1, 1.0, 1);
  }

  private static RoundMetrics round(int epoch, int round, double loss) {
    return new RoundMetrics(
        epoch, round, 10, 1280, 0, loss, 0.1, List.of(), OptionalDouble.empty(), 1, 0, 0);
  }

  @Test
  void aHighMeanLossOfAnEpochIsNoWarningWhereTheValidationSplitShowsThatItLearnt() {
    GuessingCheck check = new GuessingCheck(new Guessing(LABELS, EVEN));
    assertThat(check.warning(report(2.3511, 0.664))).isEmpty();
    assertThat(check.warning(report(2.2, 0.1))).isEmpty();
  }

  @Test
  void whatChanceGivesIsNoLearning() {
    // 120 examples: a guess is right on 0.1 of them, give or take 0.027.
    GuessingCheck check = new GuessingCheck(new Guessing(LABELS, EVEN));
    assertThat(check.warning(report(2.31, 0.18)))
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .startsWith("the training loss of the last epoch, 2.3100, is no lower than")
                    .contains("the validation accuracy, 0.1800 of 120 examples")
                    .contains("has not learnt from the images yet"));
    assertThat(check.warning(report(2.31, 0.19))).isEmpty();
  }

  @Test
  void namingTheMostFrequentLabelIsNoLearning() {
    GuessingCheck check = new GuessingCheck(new Guessing(2, List.of(900L, 100L)));
    assertThat(check.warning(report(0.7, 0.9))).isPresent();
    assertThat(check.warning(report(0.7, 0.95))).isEmpty();
  }

  @Test
  void withoutValidationTheLastRoundsOfTheLastEpochDecide() {
    GuessingCheck learnt = new GuessingCheck(new Guessing(LABELS, List.of()));
    learnt.roundDone(round(1, 1, 2.4));
    GuessingCheck failed = new GuessingCheck(new Guessing(LABELS, List.of()));
    failed.roundDone(round(1, 1, 1.0));
    for (int round = 2; round <= 9; round++) {
      learnt.roundDone(round(2, round, round < 8 ? 4 : 1.2));
      failed.roundDone(round(2, round, round < 8 ? 2.32 : 2.30));
    }
    assertThat(learnt.warning(report(3.3, null))).isEmpty();
    assertThat(failed.warning(report(2.31, null))).isPresent();
    assertThat(new GuessingCheck(new Guessing(LABELS, List.of())).warning(report(2.31, null)))
        .isPresent();
  }
}
