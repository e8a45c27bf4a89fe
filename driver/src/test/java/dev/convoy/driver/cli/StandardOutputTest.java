package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.cli.StandardOutput.Kind;
import dev.convoy.driver.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class StandardOutputTest {
  private static StandardOutput failing(String reason, Kind kind) {
    return new StandardOutput(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        },
        kind);
  }

  private static Console console(Console.Mode mode, StandardOutput output) {
    return new Console(mode, output.printStream(), System.err, Console.Terminal.NO);
  }

  @Test
  void resultsArriveInUtf8AndWithoutAFault() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardOutput output = new StandardOutput(bytes, Kind.FILE);
    console(Console.Mode.TEXT, output).result("28×28×1", Map.of());
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("28×28×1" + System.lineSeparator());
    assertThat(output.fault()).isEmpty();
    assertThat(output.exitStatus(0)).isZero();
    assertThat(output.exitStatus(2)).isEqualTo(2);
  }

  @Test
  void aResultOnAFullDiskFailsTheCommandAsTextAndAsJson() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "this system has no /dev/full");
    for (Console.Mode mode : Console.Mode.values()) {
      try (FileOutputStream target = new FileOutputStream(full.toFile())) {
        StandardOutput output = new StandardOutput(target, Kind.FILE);
        console(mode, output).result("text", Map.of("key", 1));
        assertThat(output.fault())
            .hasValue("Cannot write standard output: No space left on device");
        assertThat(output.exitStatus(0)).isEqualTo(1);
      }
    }
  }

  @Test
  void aFaultIsToldOnceAndALaterOneDoesNotHideIt() {
    StandardOutput output = failing("Input/output error", Kind.FILE);
    PrintStream out = output.printStream();
    out.println("one");
    out.println("two");
    assertThat(output.fault()).hasValue("Cannot write standard output: Input/output error");
    assertThat(output.exitStatus(2)).isEqualTo(2);
  }

  @Test
  void closedOutputIsNamed() {
    StandardOutput output = failing("Bad file descriptor", Kind.FILE);
    output.printStream().println("text");
    assertThat(output.fault()).hasValue("Cannot write standard output: it is closed");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFault() {
    for (StandardOutput output :
        new StandardOutput[] {
          failing("Broken pipe", Kind.FILE), failing("Relais brisé", Kind.PIPE)
        }) {
      output.printStream().println("text");
      assertThat(output.fault()).isEmpty();
      assertThat(output.exitStatus(0)).isZero();
    }
  }
}
