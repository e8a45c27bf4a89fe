package dev.convoy.benchmarks.workload;

import dev.convoy.data.JobFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Synchronises the warm processes of a contender through files: each creates its file {@code
 * ready}, and the parent process creates {@code go} when all of them are ready.
 *
 * @param ready file of this process
 * @param go common file of all processes
 */
public record StartLine(Path ready, Path go) {
  private static final long POLL_NANOS = 2_000_000;
  private static final long LIMIT_NANOS = 1_800_000_000_000L;

  /** Reports this process as ready and waits for the start. */
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
