package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.train.plan.TrainReport;
import org.junit.jupiter.api.Test;

class TrainTextTest {
  private static String told(int epochs, Integer now) {
    Double rounds = now == null ? null : 19.0;
    return TrainText.of(
            new TrainReport(
                "run/model",
                "abc",
                17,
                epochs,
                4,
                10,
                0.5,
                null,
                null,
                null,
                8442,
                60,
                50,
                now,
                rounds,
                65))
        .lines()
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTimeOfRoundsIsToldApartAndSoIsWhatTheLastStartHasTrained() {
    assertThat(told(3, 3))
        .isEqualTo(
            "Trained 3 epochs in 1 min 05 s with packing, validation and files; 19.0 s of it in"
                + " rounds, at 8,442 images/s; training loss 0.5000.");
    assertThat(told(4, 1)).startsWith("Trained 4 epochs, the last one in 1 min 05 s with packing");
    assertThat(told(4, 2)).startsWith("Trained 4 epochs, the last 2 of them in 1 min 05 s with");
    assertThat(told(4, 0))
        .startsWith(
            "Trained 4 epochs, all before the last start, which took 1 min 05 s, all"
                + " rounds at 8,442");
    assertThat(told(4, null)).startsWith("Trained 4 epochs in 1 min 05 s, at 8,442 images/s");
  }
}
