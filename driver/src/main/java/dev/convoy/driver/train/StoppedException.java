package dev.convoy.driver.train;

/** A run was asked to stop, and can go on where it stopped. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Interruption.Stop stop;

  StoppedException(Interruption.Stop stop, int round) {
    super(
        "Stopped after round "
            + round
            + ", with a checkpoint (the same command goes on from there)");
    this.stop = stop;
  }

  /** What the process ends with. */
  public int exitStatus() {
    return stop.exitStatus();
  }
}
