package dev.convoy.driver.train;

/** A loss or parameter is not finite; nothing of that round was averaged. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(String what, int epoch, int round, int replica) {
    super(
        "Training diverged in epoch "
            + epoch
            + ", round "
            + round
            + ": "
            + what
            + " of replica "
            + replica
            + " is not finite (try a lower --learning-rate, a longer train.warmupEpochs, or"
            + " train.clipNorm = 1)");
  }
}
