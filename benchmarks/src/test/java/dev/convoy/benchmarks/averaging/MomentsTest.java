package dev.convoy.benchmarks.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MomentsTest {
  @Test
  void roundsAreTimedWithinEpochsAndAfterTheWarmUp() {
    Moments moments =
        new Moments(
            List.of(
                List.of(0L, 900_000L),
                List.of(5_000_000L, 5_010_000L, 5_040_000L),
                List.of(9_000_000L, 9_020_000L)));

    assertThat(moments.roundMillis(1)).isEqualTo(20);
    assertThat(moments.all()).hasSize(7);
  }

  @Test
  void epochsOfOneRoundTellNoTime() {
    assertThat(new Moments(List.of(List.of(1L), List.of(2L))).roundMillis(0)).isNull();
  }
}
