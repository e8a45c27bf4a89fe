package dev.convoy.benchmarks.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import dev.convoy.data.Checks;

/**
 * What one process of a contender gave.
 *
 * @param parameters of its network
 * @param timelines of its threads where they work apart, else one; laying out the data in memory
 *     and the warm-up excluded
 * @param usedShare of the examples, that were really used
 * @param computeShare of the time of rounds, that the slowest replica computed; absent where there
 *     are no rounds
 * @param firstLoss mean loss when the training began, in nats; absent where it is not told
 * @param lastLoss likewise when it ended
 * @param peakBytes most resident memory of the process
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Measurement(
    long parameters,
    List<Timeline> timelines,
    double usedShare,
    Double computeShare,
    Double firstLoss,
    Double lastLoss,
    long peakBytes) {
  public Measurement {
    timelines = List.copyOf(timelines);
    Checks.atLeast(1, timelines.size(), "timelines");
    Checks.between(0, 1, usedShare, "usedShare");
    Checks.atLeast(1, peakBytes, "peakBytes");
  }

  /** What work on all examples gave, nothing more known of it. */
  public static Measurement of(long parameters, List<Timeline> timelines) {
    return new Measurement(parameters, timelines, 1, null, null, null, ResidentMemory.peak());
  }

  /** The same with the loss at the beginning and the end of training. */
  public Measurement withLoss(double first, double last) {
    return new Measurement(parameters, timelines, usedShare, computeShare, first, last, peakBytes);
  }

  /** The same where so much of the examples was used. */
  public Measurement withUsedShare(double share) {
    return new Measurement(
        parameters, timelines, share, computeShare, firstLoss, lastLoss, peakBytes);
  }

  /** The same where so much of the time of rounds was computing. */
  public Measurement withComputeShare(double share) {
    return new Measurement(parameters, timelines, usedShare, share, firstLoss, lastLoss, peakBytes);
  }
}
