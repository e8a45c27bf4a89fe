package dev.convoy.driver.train.rounds;

/** Thrown when a loss or parameter is not finite; the round is discarded. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String LOWER =
      "a lower --learning-rate, a longer --warmup-epochs, --clip-norm 1";
  private static final String RESTART = "; a changed plan needs --overwrite, which starts again)";

  private final String what;

  /** The result of one replica is not finite. */
  DivergedException(String what, Progress progress, int replica) {
    this(what + " of replica " + replica, progress);
  }

  /** The average is not finite. */
  DivergedException(String what, Progress progress) {
    super("Training " + describe(what, progress) + remedy(progress));
    this.what = describe(what, progress);
  }

  private static String remedy(Progress progress) {
    return progress.rollbacks() == 0
        ? " (try " + LOWER + ", or --rollback-times 3" + RESTART
        : " after "
            + (progress.rollbacks() == 1 ? "1 rollback" : progress.rollbacks() + " rollbacks")
            + ", with learning rates multiplied by "
            + progress.rateFactor()
            + " (try "
            + LOWER
            + RESTART;
  }

  private static String describe(String what, Progress progress) {
    return "diverged in epoch "
        + (progress.epoch() + 1)
        + ", round "
        + (progress.round() + 1)
        + ": "
        + what
        + " is not finite";
  }

  /** The value that was not finite, with its epoch and round. */
  public String what() {
    return what;
  }
}
