package dev.convoy.driver.train.rounds;

/**
 * One round in numbers.
 *
 * @param epoch from 1
 * @param round from 1, over the whole run
 * @param steps local steps of the round
 * @param examples seen by all replicas
 * @param bytes that replicas have sent, or would have sent from other processes
 * @param loss mean over the examples, weight decay included
 * @param learningRate of the round's last step
 * @param computeSeconds local steps of the slowest replica
 * @param transferSeconds the rest of the round: broadcast, scheduling, results
 * @param averagingSeconds combining the results on the driver
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
  /** Seconds of the whole round. */
  public double seconds() {
    return computeSeconds + transferSeconds + averagingSeconds;
  }
}
