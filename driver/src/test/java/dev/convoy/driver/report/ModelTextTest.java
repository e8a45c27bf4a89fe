package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.worker.averaging.AveragingPeriod;
import org.junit.jupiter.api.Test;

/** When the replicas of a model were averaged, as people read it. */
class ModelTextTest {
  private static String period(AveragingPeriod.Kind kind, int every) {
    return ModelText.period(Json.tree(new AveragingPeriod(kind, every, 0.5, 0.1, 0.5, 100)));
  }

  @Test
  void everyRuleOfThePeriodIsToldWithItsNumbers() {
    assertThat(period(AveragingPeriod.Kind.FIXED, 10)).isEqualTo("every 10 steps");
    assertThat(period(AveragingPeriod.Kind.FIXED, 1)).isEqualTo("every step");
    assertThat(period(AveragingPeriod.Kind.POST_LOCAL, 10))
        .startsWith("every 10 steps, every step in the first 50")
        .endsWith("of the run (post-local)");
    assertThat(period(AveragingPeriod.Kind.QUADRATIC, 10))
        .isEqualTo(
            "every (0.100 / learning rate)² steps, at least 10 steps, at most 100 steps"
                + " (quadratic)");
    assertThat(period(AveragingPeriod.Kind.ADAPTIVE, 10))
        .isEqualTo(
            "every 10 steps at first, then by the divergence of the replicas, target 0.500,"
                + " at most 100 steps (adaptive)");
  }

  @Test
  void whatAModelDoesNotRecordIsSaid() {
    ObjectNode nothing = Json.object();
    assertThat(ModelText.period(nothing)).isEqualTo("at a period not recorded");
  }
}
