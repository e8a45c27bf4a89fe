package dev.convoy.benchmarks.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StrategiesTest {
  @Test
  void everyStrategyHasANameOfItsOwn() {
    assertThat(Strategies.all()).extracting(Strategy::name).doesNotHaveDuplicates();
  }

  @Test
  void everyOptionIsOneOfTrain() {
    String help = helpOfTrain();

    assertThat(Strategies.all())
        .flatExtracting(Strategy::options)
        .allSatisfy(
            option ->
                assertThat(help).contains(" " + option.substring(0, option.indexOf('=') + 1)));
  }

  @Test
  void otherNamesAreRefused() {
    assertThatThrownBy(() -> Strategies.named("luck"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot try luck: the strategies are auto, mean-1,");
  }

  private static String helpOfTrain() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.execute("train", "--help")).isZero();
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
