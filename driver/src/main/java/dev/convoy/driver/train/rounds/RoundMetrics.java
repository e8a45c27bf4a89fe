package dev.convoy.driver.train.rounds;

import java.util.List;
import java.util.OptionalDouble;

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
 * @param replicas what each replica has done, in their order
 * @param divergence of the replicas from each other; empty if the round did not compute it
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
    List<ReplicaMetrics> replicas,
    OptionalDouble divergence,
    double computeSeconds,
    double transferSeconds,
    double averagingSeconds) {
  /** Duration of the whole round in seconds. */
  public double seconds() {
    return computeSeconds + transferSeconds + averagingSeconds;
  }

  /** Mean time in seconds that a replica waited for the slowest one. */
  public double waitingSeconds() {
    double mean = replicas.stream().mapToDouble(ReplicaMetrics::computeSeconds).average().orElse(0);
    return Math.max(0, computeSeconds - mean);
  }
}
