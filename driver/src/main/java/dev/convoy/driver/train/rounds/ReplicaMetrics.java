package dev.convoy.driver.train.rounds;

import dev.convoy.worker.replica.RoundResult;
import java.util.Comparator;
import java.util.List;

/**
 * What one replica has done in a round.
 *
 * @param examples number of examples seen; 0 if its epoch was over
 * @param loss mean over these examples, weight decay included; NaN without examples
 * @param computeSeconds duration of its local steps
 */
public record ReplicaMetrics(long examples, double loss, double computeSeconds) {
  private static final double NANOS = 1e9;

  static List<ReplicaMetrics> of(List<RoundResult> results) {
    return results.stream()
        .sorted(Comparator.comparingInt(RoundResult::replica))
        .map(
            result ->
                new ReplicaMetrics(
                    result.examples(),
                    result.lossSum() / result.examples(),
                    result.computeNanos() / NANOS))
        .toList();
  }
}
