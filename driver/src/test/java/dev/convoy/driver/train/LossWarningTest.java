package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestModels;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.TrainingProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LossWarningTest {
  private static RoundMetrics round(int number, double loss) {
    return new RoundMetrics(1, number, 1, 10, 100, loss, 0.1, 0.5, 0.1, 0.1);
  }

  @Test
  void aLossFarBeyondThatOfGuessingIsWarnedOfOnce() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(Console.Mode.TEXT, stream, stream, Console.Terminal.NO);
    try (TrainingProgress progress =
        new TrainingProgress(console, Plans.of(TestModels.network(TestModels.GREY, 2)))) {
      progress.started(100, 0);
      progress.roundDone(round(1, 9.9 * Math.log(2)));
      assertThat(err.size()).isZero();
      progress.roundDone(round(2, 913_082_181_381_798.9));
      progress.roundDone(round(3, 1e30));
    }
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("Warning: the loss of round 2 is ")
        .contains("guessing among 2 labels loses 0.6931: the run is likely to diverge")
        .contains("--learning-rate");
  }
}
