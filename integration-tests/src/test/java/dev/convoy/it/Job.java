package dev.convoy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command that runs: a process that can be watched, asked to stop, and killed. */
final class Job implements AutoCloseable {
  private static final long TIMEOUT_MINUTES = 8;
  private static final long POLL_MILLIS = 20;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(40);

  private final Process process;
  private final Path out;
  private final Path err;

  Job(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Of the JVM that runs the command, where its tasks are in that JVM. */
  long pid() {
    return process.pid();
  }

  /** Waits for the end of the command. */
  Convoy.Outcome await() {
    try {
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        close();
        throw new AssertionError(
            "The command did not end in " + TIMEOUT_MINUTES + " minutes\n" + Files.readString(err));
      }
      Convoy.Outcome outcome =
          new Convoy.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until something is so; false where the command ends before. */
  boolean awaitThat(BooleanSupplier what) {
    return await(what, POLL_MILLIS);
  }

  /** As {@link #awaitThat}, where it may be so for some milliseconds only. */
  boolean catchThat(BooleanSupplier what) {
    return await(what, 1);
  }

  private boolean await(BooleanSupplier what, long pollMillis) {
    long start = System.nanoTime();
    while (process.isAlive()) {
      if (what.getAsBoolean()) {
        return true;
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        close();
        throw new AssertionError("The command goes on, and what was waited for does not happen");
      }
      pause(pollMillis);
    }
    return false;
  }

  /** Lets the command run for a while; false where it ends before. */
  boolean letRun(long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return catchThat(() -> System.nanoTime() >= until);
  }

  /** Ends the process with SIGKILL, and waits until it is gone. */
  Convoy.Outcome kill() {
    process.destroyForcibly();
    return await();
  }

  /** Sends a signal, such as {@code INT}. */
  void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("There is no process " + pid() + " any more");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The JVM of the driver: a child of the command's process where a local cluster is its child. */
  ProcessHandle driver() {
    return process
        .children()
        .filter(child -> commandLine(child).contains("dev.convoy.driver.cli.Main"))
        .findFirst()
        .orElse(process.toHandle());
  }

  /** The executors that the command has started on this machine. */
  List<ProcessHandle> executors() {
    return process.descendants().filter(Job::isExecutor).toList();
  }

  /** Whether a process is an executor of Spark. */
  static boolean isExecutor(ProcessHandle handle) {
    return commandLine(handle).contains("CoarseGrainedExecutorBackend");
  }

  /** All of it: ProcessHandle.info cuts off what stands behind a long class path. */
  private static String commandLine(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"));
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Leaves no process behind where a test fails. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
