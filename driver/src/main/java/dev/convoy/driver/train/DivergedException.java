package dev.convoy.driver.train;

/** A loss or parameter is not finite; nothing of that round was averaged. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What one replica brought back is not finite. */
  DivergedException(String what, int epoch, int round, int replica) {
    this(what + " of replica " + replica, epoch, round);
  }

  /** What the replicas make together is not finite. */
  DivergedException(String what, int epoch, int round) {
    super(
        "Training diverged in epoch "
            + epoch
            + ", round "
            + round
            + ": "
            + what
            + " is not finite (try a lower --learning-rate, a longer train.warmupEpochs, or"
            + " train.clipNorm = 1)");
  }
}
