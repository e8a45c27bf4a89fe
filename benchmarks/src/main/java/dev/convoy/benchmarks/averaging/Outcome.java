package dev.convoy.benchmarks.averaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Measurements of one trial.
 *
 * @param parameters number of parameters of the network
 * @param usedShare examples of all local steps, divided by those of as many epochs; null if the
 *     steps cannot be observed
 * @param rounds number of averaged rounds, including the warm-up
 * @param roundMillis median from the end of one averaging to the end of the next within an epoch;
 *     null if no epoch has two
 * @param stepMillis median of a local step on one replica; null if the steps cannot be observed
 * @param movedBytes mean bytes that Spark moved for a measured round: broadcasts fetched by
 *     executors, shuffles, and task results; null in one process
 * @param sentBytes bytes that replicas sent for one round by the system's own count; null if it
 *     keeps none
 * @param accuracy accuracy on the test split; null if it was not measured
 * @param sha256 digest of the parameters
 * @param memory memory after some of the rounds
 * @param seconds duration of the training
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Outcome(
    long parameters,
    Double usedShare,
    int rounds,
    Double roundMillis,
    Double stepMillis,
    Double movedBytes,
    Double sentBytes,
    Double accuracy,
    String sha256,
    List<Memory> memory,
    double seconds) {
  Outcome {
    memory = List.copyOf(memory);
  }

  /**
   * Memory at the end of a round.
   *
   * @param round number of the round, from 1
   * @param residentBytes resident memory of the process
   * @param broadcastBytes memory that Spark still held for broadcasts, on the driver and all
   *     executors
   */
  record Memory(int round, long residentBytes, long broadcastBytes) {}
}
