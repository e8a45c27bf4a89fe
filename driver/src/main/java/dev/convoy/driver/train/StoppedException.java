package dev.convoy.driver.train;

/** Thrown when a run has stopped on request, with a checkpoint from which it can be resumed. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Interruption.Stop stop;

  StoppedException(Interruption.Stop stop, int round) {
    super(
        "Stopped after round "
            + round
            + ", with a checkpoint (the same command continues from there)");
    this.stop = stop;
  }

  /** Exit status of the process. */
  public int exitStatus() {
    return stop.exitStatus();
  }
}
