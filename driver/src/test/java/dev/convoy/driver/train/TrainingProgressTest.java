package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestModels;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.TrainingProgress;
import dev.convoy.driver.train.rounds.Alarm;
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

  @Test
  void anAlarmIsAWarning() {
    try (TrainingProgress progress = progress()) {
      progress.started(100, 0);
      progress.alarmRaised(new Alarm(Alarm.Kind.STALLED, "No round has ended"));
    }
    assertThat(lines()).containsExactly("Warning: No round has ended");
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
