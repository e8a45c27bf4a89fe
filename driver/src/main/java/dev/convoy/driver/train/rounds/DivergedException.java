package dev.convoy.driver.train.rounds;

/** A loss or parameter is not finite; nothing of that round was averaged. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String LOWER =
      "a lower --learning-rate, a longer --warmup-epochs, --clip-norm 1";
  private static final String ANEW = "; with another plan, --overwrite begins anew)";

  private final String what;

  /** What one replica brought back is not finite. */
  DivergedException(String what, Progress at, int replica) {
    this(what + " of replica " + replica, at);
  }

  /** What the replicas make together is not finite. */
  DivergedException(String what, Progress at) {
    super("Training " + describe(what, at) + remedy(at));
    this.what = describe(what, at);
  }

  private static String remedy(Progress at) {
    return at.rollbacks() == 0
        ? " (try " + LOWER + ", or --rollback-times 3" + ANEW
        : " after it had gone back "
            + (at.rollbacks() == 1 ? "once" : at.rollbacks() + " times")
            + ", the last time with learning rates times "
            + at.rateFactor()
            + " (try "
            + LOWER
            + ANEW;
  }

  private static String describe(String what, Progress at) {
    return "diverged in epoch "
        + (at.epoch() + 1)
        + ", round "
        + (at.round() + 1)
        + ": "
        + what
        + " is not finite";
  }

  /** What was not finite, and where. */
  public String what() {
    return what;
  }
}
