package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.train.run.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A disk that is full: a small file system of its own where that may be mounted, else a limit on
 * the size of every file, which fails the same writes.
 */
class FullDiskTest {
  /** Room for two checkpoints of 4.9 MB, and not for a third beside them. */
  private static final String SMALL = "size=12m";

  private static final String LARGE = "size=64m";

  private final Path disk = Sample.work().resolve("disk");
  private final HardRun run = new HardRun(disk.resolve("run"));
  private boolean mounted;

  @BeforeEach
  void mountDisk() throws IOException {
    Files.createDirectories(disk);
    mounted = call("mount", "-t", "tmpfs", "-o", LARGE, "tmpfs", disk.toString()) == 0;
  }

  @AfterEach
  void unmount() {
    if (mounted) {
      assertThat(call("umount", disk.toString())).isZero();
    }
  }

  private static int call(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // There is no such program.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRunGoesOnWhenThereIsSpaceAgain() {
    if (mounted) {
      assertFailed(onADiskThatFills(), "No space left on device");
      assertThat(call("mount", "-o", "remount," + LARGE, disk.toString())).isZero();
    } else {
      assertFailed(withSmallFiles(), "File too large");
    }
    run.assertEndedAsUnbroken(run.start().await());
  }

  /** After some rounds the disk has no room for another checkpoint; at the start it had. */
  private Convoy.Outcome onADiskThatFills() {
    try (Job job = run.start()) {
      assertThat(
              job.awaitThat(
                  () ->
                      run.logged() > 3
                          && call("mount", "-o", "remount," + SMALL, disk.toString()) == 0))
          .isTrue();
      return job.await();
    }
  }

  /** After some rounds the process may write no file of the size of a checkpoint's vectors. */
  private Convoy.Outcome withSmallFiles() {
    try (Job job = run.start()) {
      assertThat(job.awaitThat(() -> run.logged() > 3)).isTrue();
      assertThat(call("prlimit", "--pid", String.valueOf(job.pid()), "--fsize=1000000:unlimited"))
          .isZero();
      return job.await();
    }
  }

  /** The failure names path and reason in one line, and has left what was there. */
  private void assertFailed(Convoy.Outcome outcome, String reason) {
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(1);
    String path = "file:" + run.directory() + "/checkpoints/round-";
    assertThat(outcome.err())
        .containsPattern("convoy: Cannot write " + path + "\\S+/state-[a-z0-9-]+\\.bin: " + reason)
        .doesNotContain("\tat ");
    List<String> skipped = new ArrayList<>();
    Storage storage = new Storage(new Configuration());
    String checkpoints = run.directory().resolve("checkpoints").toString();
    assertThat(new CheckpointStore(storage, checkpoints, 2).newest(skipped::add)).isPresent();
    assertThat(skipped).isEmpty();
    assertThat(run.whole()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(run.leases()).isEmpty();
  }
}
