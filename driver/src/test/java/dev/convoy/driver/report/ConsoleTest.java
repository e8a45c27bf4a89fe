package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(Console.Mode mode) {
    return new Console(
        mode,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Console.Terminal.NO);
  }

  private static void speak(Console console) {
    console.say("hello");
    console.progress("half");
    console.warn("careful");
    console.result("done\n\n", Map.of("rows", 3));
  }

  @Test
  void textForPeopleGoesToStandardOutput() {
    speak(console(Console.Mode.TEXT));
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly("hello", "done");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("half", "Warning: careful");
  }

  @Test
  void withJsonTheResultIsAloneOnStandardOutput() {
    speak(console(Console.Mode.JSON));
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly("{\"rows\":3}");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("hello", "half", "Warning: careful");
  }
}
