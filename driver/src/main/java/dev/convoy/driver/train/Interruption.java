package dev.convoy.driver.train;

import dev.convoy.data.spark.SparkProcess;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Handles signals that ask the process to stop, from Ctrl-C or a cluster manager. While it is open,
 * the first signal is only recorded, so that work can stop at a point from which it can be resumed.
 * A second signal ends the process as usual.
 */
public final class Interruption implements AutoCloseable {
  private static final AtomicReference<Interruption> LISTENING = new AtomicReference<>();
  private static final AtomicBoolean REGISTERED = new AtomicBoolean();

  private final AtomicReference<Stop> requested = new AtomicReference<>();

  /** The reason for stopping. */
  public enum Stop {
    /** Ctrl-C. */
    INTERRUPT("INT", 130),
    /** A request by another process, such as a cluster manager. */
    TERMINATE("TERM", 143),
    /** An alarm that is to stop the run. */
    ALARM("", 1);

    private final String signal;
    private final int exitStatus;

    Stop(String signal, int exitStatus) {
      this.signal = signal;
      this.exitStatus = exitStatus;
    }

    /** Exit status of the process: 128 plus the signal's number, or 1 without a signal. */
    public int exitStatus() {
      return exitStatus;
    }
  }

  private Interruption() {}

  /** Starts to listen, in place of an earlier instance. */
  public static Interruption listen() {
    Interruption interruption = new Interruption();
    LISTENING.set(interruption);
    if (!REGISTERED.getAndSet(true)) {
      for (Stop stop : List.of(Stop.INTERRUPT, Stop.TERMINATE)) {
        SparkProcess.onSignal(stop.signal, () -> record(stop));
      }
    }
    return interruption;
  }

  /** Returns whether the signal was recorded; otherwise the previous handler runs. */
  private static boolean record(Stop stop) {
    Interruption listening = LISTENING.get();
    return listening != null && listening.requested.compareAndSet(null, stop);
  }

  /** The recorded request, or empty if there is none. */
  public Optional<Stop> requested() {
    return Optional.ofNullable(requested.get());
  }

  @Override
  public void close() {
    LISTENING.compareAndSet(this, null);
  }
}
