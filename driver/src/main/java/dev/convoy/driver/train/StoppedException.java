package dev.convoy.driver.train;

import dev.convoy.driver.train.rounds.StoppedRun;

/** Thrown when work has stopped on request; the message says what there is of it. */
public final class StoppedException extends RuntimeException implements StoppedRun {
  private static final long serialVersionUID = 1L;

  private final Interruption.Stop stop;

  /** A run has stopped with a checkpoint from which it can be resumed. */
  StoppedException(Interruption.Stop stop, int round) {
    this(
        stop,
        (stop == Interruption.Stop.ALARM ? "Stopped by an alarm" : "Stopped")
            + " after round "
            + round
            + ", with a checkpoint (the same command continues from there)",
        null);
  }

  /**
   * Work has stopped.
   *
   * @param failure how it ended, or null
   */
  public StoppedException(Interruption.Stop stop, String message, Throwable failure) {
    super(message, failure);
    this.stop = stop;
  }

  /** Exit status of the process. */
  public int exitStatus() {
    return stop.exitStatus();
  }
}
