package dev.convoy.driver.train.rounds;

/**
 * Where a run stands between two rounds, in numbers.
 *
 * @param epoch that is being trained, from 0
 * @param step local steps of that epoch that lie behind
 * @param round rounds of the run that lie behind
 * @param iteration steps that the updater has taken since its state was new
 * @param period local steps of the next round, as the divergence of replicas has set it
 * @param rateFactor of all learning rates, below 1 after a rollback
 * @param rollbacks that lie behind
 * @param inEpoch what the rounds of that epoch add up to
 * @param inRun what all rounds add up to
 * @param last what the last whole epoch has shown, or null before there is one
 * @param best the best epoch by validation, or null before there is one
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
   * @param lossSum over the examples
   * @param seconds of the rounds
   * @param computeSeconds of the slowest replica of each
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
   * A whole epoch.
   *
   * @param loss mean training loss
   * @param validationAccuracy null without a validation split
   * @param validationLoss in nats, null likewise
   */
  public record Epoch(double loss, Double validationAccuracy, Double validationLoss) {}

  /**
   * The best epoch so far.
   *
   * @param epoch from 1
   * @param value of what is watched
   */
  public record Best(int epoch, double value) {}

  /** Before the first round. */
  public static Progress start(int period) {
    return new Progress(0, 0, 0, 0, period, 1, 0, Sums.NONE, Sums.NONE, null, null);
  }

  /** After one more round. */
  Progress after(RoundMetrics done, boolean updaterGoesOn, int newPeriod) {
    return new Progress(
        epoch,
        step + done.steps(),
        round + 1,
        updaterGoesOn ? iteration + done.steps() : 0,
        newPeriod,
        rateFactor,
        rollbacks,
        inEpoch.plus(done),
        inRun.plus(done),
        last,
        best);
  }

  /** At the start of the next epoch. */
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

  /** The same place with lower learning rates, after {@code times} rollbacks. */
  Progress rolledBack(int times, double factor) {
    return new Progress(
        epoch, step, round, iteration, period, factor, times, inEpoch, inRun, last, best);
  }
}
