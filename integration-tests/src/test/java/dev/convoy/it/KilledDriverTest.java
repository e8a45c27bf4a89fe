package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Drivers killed with SIGKILL, at moments drawn from a seed; the same command goes on. */
class KilledDriverTest {
  private static final int KILLS = Integer.getInteger("convoy.endurance.kills", 3);
  private static final long SEED = 12;

  /** When a driver is killed. */
  private enum Moment {
    /** Soon after it has taken the lease: the run is packed, begun or taken up. */
    AT_THE_START {
      @Override
      boolean await(Job job, HardRun run, SplittableRandom random) {
        List<String> before = run.leases();
        return job.awaitThat(() -> !run.leases().equals(before))
            && job.letRun(random.nextLong(1_500));
      }
    },

    /** At any time of the training. */
    IN_TRAINING {
      @Override
      boolean await(Job job, HardRun run, SplittableRandom random) {
        Set<String> before = Set.copyOf(run.checkpoints());
        return job.awaitThat(() -> !before.containsAll(run.checkpoints()))
            && job.letRun(random.nextLong(HardRun.unbroken().training().toMillis()));
      }
    },

    /** When a directory without a marker appears among the checkpoints. */
    WHILE_IT_WRITES {
      @Override
      boolean await(Job job, HardRun run, SplittableRandom random) {
        Set<String> seen = new HashSet<>(run.checkpoints());
        int which = seen.size() + 1 + random.nextInt(8);
        return job.catchThat(
            () -> {
              seen.addAll(run.checkpoints());
              return seen.size() >= which && !run.halfWritten().isEmpty();
            });
      }
    };

    /** Waits for the moment; false where the run has ended before. */
    abstract boolean await(Job job, HardRun run, SplittableRandom random);
  }

  @Test
  void aRunWhoseDriverIsKilledAgainAndAgainEndsWithTheBitsOfAnUnbrokenOne() {
    SplittableRandom random = new SplittableRandom(SEED);
    int runs = 1;
    int kills = 0;
    int whileWriting = 0;
    HardRun run = run(runs);
    for (int made = 0; made < KILLS; ) {
      Moment moment = Moment.values()[made % Moment.values().length];
      List<Path> before = run.halfWritten();
      try (Job job = run.start()) {
        if (!moment.await(job, run, random)) {
          run.assertEndedAsUnbroken(job.await());
          run = run(++runs);
          continue;
        }
        job.kill();
      }
      kills++;
      boolean halfWritten = !before.containsAll(run.halfWritten());
      whileWriting += halfWritten ? 1 : 0;
      // Between the look and the kill a checkpoint may have become whole.
      made += moment != Moment.WHILE_IT_WRITES || halfWritten ? 1 : 0;
    }
    boolean skips = run.newestIsHalfWritten();
    Convoy.Outcome end = run.start().await();
    run.assertEndedAsUnbroken(end);
    if (skips) {
      assertThat(end.err())
          .contains("Skipped the checkpoint ", "it is half-written: it has no checkpoint.json");
    }
    assertThat(whileWriting).isPositive();
    System.out.printf(
        "%d kills in %d runs, %d of them while a checkpoint was written%n",
        kills, runs, whileWriting);
  }

  private static HardRun run(int number) {
    return new HardRun(Sample.work().resolve("killed " + number));
  }

  @Test
  void damagedCheckpointsArePassedOverWithTheReason() throws IOException {
    HardRun run = new HardRun(Sample.work().resolve("damaged"));
    try (Job job = run.start("--set", "train.checkpoint.keep=3")) {
      assertThat(job.awaitThat(() -> run.logged() >= 6)).isTrue();
      job.kill();
    }
    List<Path> whole = run.whole();
    assertThat(whole).hasSizeGreaterThanOrEqualTo(3);
    Path cutOff = whole.get(0).resolve("state-parameters.bin");
    byte[] bytes = Files.readAllBytes(cutOff);
    Files.write(cutOff, Arrays.copyOf(bytes, bytes.length - 1));
    Path flipped = whole.get(1).resolve("state-updater.bin");
    byte[] bits = Files.readAllBytes(flipped);
    bits[bits.length / 2] ^= 16;
    Files.write(flipped, bits);
    Convoy.Outcome end = run.start().await();
    run.assertEndedAsUnbroken(end);
    assertThat(end.err())
        .contains(
            "Skipped the checkpoint file:"
                + whole.get(0)
                + ": state-parameters.bin has "
                + (bytes.length - 1)
                + " bytes and "
                + bytes.length
                + " are expected")
        .contains(
            "Skipped the checkpoint file:"
                + whole.get(1)
                + ": the SHA-256 of state-updater.bin differs from the one in checkpoint.json")
        .contains("Continuing after round " + round(whole.get(2)) + ", from its checkpoint.");
  }

  private static int round(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().split("-")[1]);
  }
}
