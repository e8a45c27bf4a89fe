package dev.convoy.benchmarks.averaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What was seen of one trial.
 *
 * @param parameters of the network
 * @param usedShare examples of all local steps, by the examples of as many epochs; absent where the
 *     steps cannot be seen
 * @param rounds that were averaged, the warm-up included
 * @param roundMillis median from the end of one averaging to the end of the next within an epoch;
 *     absent where no epoch has two
 * @param stepMillis median of a local step on one replica; absent where the steps cannot be seen
 * @param movedBytes that Spark has moved for one round, on the mean of the measured ones:
 *     broadcasts as executors took them, shuffles, and results of tasks; absent in one process
 * @param sentBytes that replicas have sent for one round by the system's own count; absent where it
 *     keeps none
 * @param accuracy on the test split; absent where it was not taken
 * @param sha256 of the parameters
 * @param memory at some of the rounds
 * @param seconds of the training
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
   * Memory when a round had ended.
   *
   * @param round from 1
   * @param residentBytes of the process
   * @param broadcastBytes that Spark still held for broadcasts, everywhere
   */
  record Memory(int round, long residentBytes, long broadcastBytes) {}
}
