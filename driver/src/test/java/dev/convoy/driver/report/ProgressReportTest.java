package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressReportTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long nanos;

  private ProgressReport on(Console.Terminal terminal) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new ProgressReport(
        new Console(Console.Mode.TEXT, stream, stream, terminal), () -> nanos);
  }

  private void second(long second) {
    nanos = second * 1_000_000_000L;
  }

  private String written() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineComesEveryThirtySecondsWithRateAndTimeLeft() {
    ProgressReport progress = on(Console.Terminal.NO);
    progress.begin("Preparing", "images", OptionalLong.of(10_000));
    for (int second = 1; second <= 65; second++) {
      second(second);
      progress.progress(100L * second);
    }
    progress.end();
    assertThat(written().lines())
        .containsExactly(
            "  Preparing: 3,000 of 10,000 images, 100 images/s, 1 min 10 s left",
            "  Preparing: 6,000 of 10,000 images, 100 images/s, 40.0 s left");
  }

  @Test
  void everyPartBeginsItsOwnClockAndNothingIsSaidBetweenParts() {
    ProgressReport progress = on(Console.Terminal.NO);
    progress.begin("Listing", "files", OptionalLong.empty());
    second(29);
    progress.progress(290);
    progress.end();
    second(100);
    progress.progress(300);
    progress.begin("Preparing", "images", OptionalLong.of(50));
    second(129);
    progress.progress(10);
    assertThat(written()).isEmpty();
    second(130);
    // More than there are: a task was tried twice.
    progress.progress(60);
    progress.begin("Listing", "files", OptionalLong.empty());
    second(160);
    progress.progress(0);
    second(190);
    progress.progress(600);
    assertThat(written().lines())
        .containsExactly(
            "  Preparing: 50 of 50 images, 1.7 images/s, 0.0 s left",
            "  Listing: 0 files",
            "  Listing: 600 files, 10 files/s");
  }

  @Test
  void aTerminalHasABarWithRateAndTimeLeft() {
    try (ProgressReport progress = on(Console.Terminal.YES)) {
      progress.begin("Preparing", "images", OptionalLong.of(40));
      second(2);
      progress.progress(20);
    }
    assertThat(written()).contains("Preparing").contains("20/40").contains("10 images/s, 2.0 s");
  }

  @Test
  void aBarCountsInThousandsAndDrawsItsLastFrameOnce() {
    try (ProgressReport progress = on(Console.Terminal.YES)) {
      progress.begin("Reading back", "examples", OptionalLong.of(10_000));
      second(2);
      progress.progress(10_000);
    }
    assertThat(written().split("\r")).filteredOn(frame -> frame.contains("100%")).hasSize(1);
    assertThat(written()).contains("10,000/10,000").contains("5,000 examples/s");
  }
}
