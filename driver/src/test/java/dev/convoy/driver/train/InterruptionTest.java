package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Signals to this process, which is told to take them. */
class InterruptionTest {
  private static void signal(String name) throws IOException, InterruptedException {
    String self = String.valueOf(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, self).start().waitFor()).isZero();
  }

  private static Optional<Interruption.Stop> await(Interruption interruption)
      throws InterruptedException {
    for (int i = 0; i < 500 && interruption.requested().isEmpty(); i++) {
      Thread.sleep(10);
    }
    return interruption.requested();
  }

  @Test
  void theFirstSignalIsRemembered() throws Exception {
    for (Interruption.Stop stop :
        List.of(Interruption.Stop.INTERRUPT, Interruption.Stop.TERMINATE)) {
      try (Interruption interruption = Interruption.listen()) {
        assertThat(interruption.requested()).isEmpty();
        signal(stop == Interruption.Stop.INTERRUPT ? "INT" : "TERM");
        assertThat(await(interruption)).contains(stop);
      }
    }
  }

  @Test
  void exitStatusesAreThoseOfSignals() {
    assertThat(Interruption.Stop.INTERRUPT.exitStatus()).isEqualTo(128 + 2);
    assertThat(Interruption.Stop.TERMINATE.exitStatus()).isEqualTo(128 + 15);
  }
}
