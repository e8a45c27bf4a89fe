package dev.convoy.driver.train;

import dev.convoy.data.spark.SparkProcess;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Someone asks the process to stop: Ctrl-C, or a cluster manager that ends it. While this is open,
 * the first signal is remembered, so that work can end where it can go on later; another one ends
 * the process as signals do.
 */
public final class Interruption implements AutoCloseable {
  private static final AtomicReference<Interruption> LISTENING = new AtomicReference<>();
  private static final AtomicBoolean REGISTERED = new AtomicBoolean();

  private final AtomicReference<Stop> asked = new AtomicReference<>();

  /** Why to stop. */
  public enum Stop {
    /** Ctrl-C. */
    INTERRUPT("INT", 130),
    /** Asked by another process, such as a cluster manager. */
    TERMINATE("TERM", 143);

    private final String signal;
    private final int exitStatus;

    Stop(String signal, int exitStatus) {
      this.signal = signal;
      this.exitStatus = exitStatus;
    }

    /** Of a process that stops for it: 128 and the signal's number. */
    public int exitStatus() {
      return exitStatus;
    }
  }

  private Interruption() {}

  /** Listens from now on, in the place of an earlier one. */
  public static Interruption listen() {
    Interruption interruption = new Interruption();
    LISTENING.set(interruption);
    if (!REGISTERED.getAndSet(true)) {
      for (Stop stop : Stop.values()) {
        SparkProcess.onSignal(stop.signal, () -> remember(stop));
      }
    }
    return interruption;
  }

  /** Whether the signal has been dealt with; otherwise it is handled as it was before. */
  private static boolean remember(Stop stop) {
    Interruption listening = LISTENING.get();
    return listening != null && listening.asked.compareAndSet(null, stop);
  }

  /** What has been asked for, if anything. */
  public Optional<Stop> asked() {
    return Optional.ofNullable(asked.get());
  }

  @Override
  public void close() {
    LISTENING.compareAndSet(this, null);
  }
}
