package dev.convoy.driver.train.rounds;

/**
 * The metrics of one round.
 *
 * @param epoch from 1
 * @param round from 1, over the whole run
 * @param steps local steps of the round
 * @param examples seen by all replicas
 * @param bytes that replicas have sent, or would have sent between processes
 * @param loss mean over the examples, weight decay included
 * @param learningRate of the round's last step
 * @param computeSeconds duration of the slowest replica's local steps
 * @param transferSeconds the rest of the round: broadcast, scheduling, results
 * @param averagingSeconds averaging of the results on the driver
 */
public record RoundMetrics(
    int epoch,
    int round,
    int steps,
    long examples,
    long bytes,
    double loss,
    double learningRate,
    double computeSeconds,
    double transferSeconds,
    double averagingSeconds) {
  /** Duration of the whole round in seconds. */
  public double seconds() {
    return computeSeconds + transferSeconds + averagingSeconds;
  }
}
