package dev.convoy.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import dev.convoy.data.JobFailedException;

/**
 * Where the processes of a contender wait for each other, warm: each makes its file {@code ready},
 * and who has started them makes the file {@code go} when all of them have.
 *
 * @param ready this process's own file
 * @param go the file of all
 */
public record StartLine(Path ready, Path go) {
  private static final long POLL_NANOS = 2_000_000;
  private static final long LIMIT_NANOS = 1_800_000_000_000L;

  /** Waits for all others. */
  public void await() {
    try {
      Files.createFile(ready);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + ready, e);
    }
    long asked = System.nanoTime();
    while (!Files.exists(go)) {
      if (System.nanoTime() - asked > LIMIT_NANOS) {
        throw new JobFailedException("Cannot wait longer for " + go);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
