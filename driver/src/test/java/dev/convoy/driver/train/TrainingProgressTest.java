package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestModels;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.TrainingProgress;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private TrainingProgress progress() {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(Console.Mode.TEXT, stream, stream, Console.Terminal.NO);
    return new TrainingProgress(console, Plans.of(TestModels.network(TestModels.GREY, 2)));
  }

  private Stream<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines();
  }

  private static RoundMetrics round(int number, double loss) {
    return new RoundMetrics(
        1, number, 1, 10, 100, loss, 0.1, List.of(), OptionalDouble.empty(), 0.5, 0.1, 0.1);
  }

  @Test
  void aLossFarBeyondThatOfGuessingIsWarnedOfOnce() {
    try (TrainingProgress progress = progress()) {
      progress.started(100, 0);
      progress.roundDone(round(1, 9.9 * Math.log(2)));
      assertThat(err.size()).isZero();
      progress.roundDone(round(2, 913_082_181_381_798.9));
      progress.roundDone(round(3, 1e30));
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("Warning: the loss of round 2 is ")
        .contains("guessing among 2 labels gives 0.6931: such runs mostly diverge")
        .contains("--learning-rate");
  }

  /** Losses 4, 1 and 1 of equally many examples have the mean 2; the next epoch begins afresh. */
  @Test
  void theLossThatIsShownIsTheMeanOfTheEpochSoFar() {
    try (TrainingProgress progress = progress()) {
      progress.started(100, 0);
      for (double loss : new double[] {4, 1, 1}) {
        progress.roundDone(
            new RoundMetrics(
                1, 1, 1, 100, 0, loss, 0.1, List.of(), OptionalDouble.empty(), 4, 0, 0));
      }
      progress.epochDone(
          new EpochMetrics(1, 2, 100, OptionalDouble.empty(), OptionalDouble.empty(), 0.1));
      progress.roundDone(
          new RoundMetrics(2, 4, 1, 100, 0, 0.5, 0.1, List.of(), OptionalDouble.empty(), 12, 0, 0));
    }
    assertThat(lines().filter(line -> line.contains("round")))
        .satisfiesExactly(
            first -> assertThat(first).contains("25 images/s, loss 2.0000, 6 min 28 s left"),
            second -> assertThat(second).contains("loss 0.5000,"));
  }
}
