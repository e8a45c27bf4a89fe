package dev.convoy.driver.train.rounds;

/**
 * The progress of a run between two rounds.
 *
 * @param epoch that is being trained, from 0
 * @param step number of completed local steps of that epoch
 * @param round number of completed rounds of the run
 * @param iteration number of steps that the updater has taken since its state was initialised
 * @param period local steps of the next round, as set by the divergence of the replicas
 * @param rateFactor of all learning rates, below 1 after a rollback
 * @param rollbacks number of rollbacks so far
 * @param inEpoch sums over the rounds of that epoch
 * @param inRun sums over all rounds
 * @param last metrics of the last complete epoch, or null before the first
 * @param best the best epoch by the watched validation metric, or null before the first validation
 */
public record Progress(
    int epoch,
    int step,
    int round,
    long iteration,
    int period,
    double rateFactor,
    int rollbacks,
    Sums inEpoch,
    Sums inRun,
    Epoch last,
    Best best) {

  /**
   * Sums over rounds.
   *
   * @param lossSum loss summed over the examples
   * @param seconds of the rounds
   * @param computeSeconds of the slowest replica of each round
   */
  public record Sums(long examples, double lossSum, double seconds, double computeSeconds) {
    public static final Sums NONE = new Sums(0, 0, 0, 0);

    Sums plus(RoundMetrics round) {
      return new Sums(
          examples + round.examples(),
          lossSum + round.loss() * round.examples(),
          seconds + round.seconds(),
          computeSeconds + round.computeSeconds());
    }

    public double loss() {
      return lossSum / examples;
    }

    public double imagesPerSecond() {
      return examples / seconds;
    }
  }

  /**
   * The metrics of a complete epoch.
   *
   * @param loss mean training loss
   * @param validationAccuracy null without a validation split
   * @param validationLoss in nats, null without a validation split
   */
  public record Epoch(double loss, Double validationAccuracy, Double validationLoss) {}

  /**
   * The best epoch so far.
   *
   * @param epoch from 1
   * @param value of the watched metric
   */
  public record Best(int epoch, double value) {}

  /** Returns the progress before the first round. */
  public static Progress start(int period) {
    return new Progress(0, 0, 0, 0, period, 1, 0, Sums.NONE, Sums.NONE, null, null);
  }

  /** Returns the progress after one more round. */
  Progress after(RoundMetrics done, boolean keepsUpdaterState, int newPeriod) {
    return new Progress(
        epoch,
        step + done.steps(),
        round + 1,
        keepsUpdaterState ? iteration + done.steps() : 0,
        newPeriod,
        rateFactor,
        rollbacks,
        inEpoch.plus(done),
        inRun.plus(done),
        last,
        best);
  }

  /** Returns the progress at the start of the next epoch. */
  Progress nextEpoch(Epoch done, Best newBest) {
    return new Progress(
        epoch + 1,
        0,
        round,
        iteration,
        period,
        rateFactor,
        rollbacks,
        Sums.NONE,
        inRun,
        done,
        newBest);
  }

  /** Returns this progress with the number of another round of the epoch, for messages. */
  Progress inRound(int other) {
    return new Progress(
        epoch, step, other, iteration, period, rateFactor, rollbacks, inEpoch, inRun, last, best);
  }

  /**
   * Returns this progress with another factor of the learning rates, after {@code times} rollbacks.
   */
  Progress rolledBack(int times, double factor) {
    return new Progress(
        epoch, step, round, iteration, period, factor, times, inEpoch, inRun, last, best);
  }
}
