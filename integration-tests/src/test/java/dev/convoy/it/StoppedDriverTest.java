package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Drivers that are asked to stop, as Ctrl-C and cluster managers do, and a second one beside. */
class StoppedDriverTest {
  private final HardRun run = new HardRun(Sample.work().resolve("stopped"));

  @Test
  void aDriverEndsItsRoundWhenAskedAndKeepsAnotherAwayUntilThen() {
    try (Job first = start()) {
      assertThat(first.awaitThat(() -> run.logged() > 2)).isTrue();
      // It sleeps, so that the other is sure to come while it works.
      first.signal("STOP");
      Convoy.Outcome second = run.start().await();
      assertThat(second.status()).as("%s", second).isEqualTo(2);
      assertThat(second.err())
          .containsPattern(
              "convoy: Cannot use the run directory \\S*"
                  + run.directory().getFileName()
                  + ": it has a driver, \\S+ \\(process "
                  + first.pid()
                  + ", since ")
          .contains("(wait for it or stop it; ", "or choose another --output)");
      first.signal("CONT");
      assertStops(first, "INT", 130);
    }
    // There the launcher stays, and hands signals on.
    try (Job job = startOn("local-cluster[1,2,1024]")) {
      int behind = run.logged();
      assertThat(job.awaitThat(() -> run.logged() > behind)).isTrue();
      assertStops(job, "TERM", 143);
    }
    run.assertEndedAsUnbroken(run.start().await());
  }

  private Job start() {
    return startOn(HardRun.MASTER);
  }

  /** A shell without job control has its children ignore SIGINT, and tests may run in one. */
  private Job startOn(String master) {
    Path launcher =
        Convoy.script(
            Sample.work().resolve("interruptible"),
            "exec env --default-signal=INT,TERM '" + Convoy.LAUNCHER + "' \"$@\"");
    return run.startWith(Convoy.in(Sample.work()), launcher, master);
  }

  private void assertStops(Job job, String signal, int status) {
    job.signal(signal);
    Convoy.Outcome outcome = job.await();
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(status);
    assertThat(outcome.out()).isEmpty();
    String round = run.whole().get(0).getFileName().toString().split("-")[1];
    assertThat(outcome.err())
        .contains(
            "convoy: Stopped after round "
                + Integer.parseInt(round)
                + ", with a checkpoint (the same command continues from there)")
        .doesNotContain("\tat ");
    assertThat(run.leases()).isEmpty();
    assertThat(run.halfWritten()).isEmpty();
    assertThat(run.directory().resolve("model")).doesNotExist();
  }
}
