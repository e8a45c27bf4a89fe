package dev.convoy.benchmarks.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.data.Checks;
import java.util.List;

/**
 * Measurement of one process of a contender.
 *
 * @param parameters number of parameters of its network
 * @param timelines timelines of its threads if they work independently, else one; without the
 *     loading of data into memory and the warm-up
 * @param usedShare fraction of the examples that were used
 * @param computeShare fraction of the time of rounds in which the slowest replica computed; null if
 *     there are no rounds
 * @param firstLoss mean loss at the beginning of training, in nats; null if unknown
 * @param lastLoss mean loss at the end of training, in nats; null if unknown
 * @param batch images of a forward pass if the contender chose their number; null if it is the
 *     workload's
 * @param peakBytes peak resident memory of the process
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Measurement(
    long parameters,
    List<Timeline> timelines,
    double usedShare,
    Double computeShare,
    Double firstLoss,
    Double lastLoss,
    Integer batch,
    long peakBytes) {
  public Measurement {
    timelines = List.copyOf(timelines);
    Checks.atLeast(1, timelines.size(), "timelines");
    Checks.between(0, 1, usedShare, "usedShare");
    Checks.atLeast(1, peakBytes, "peakBytes");
  }

  /** Creates a measurement of work on all examples, without further figures. */
  public static Measurement of(long parameters, List<Timeline> timelines) {
    return new Measurement(parameters, timelines, 1, null, null, null, null, ResidentMemory.peak());
  }

  /** Returns a copy with the loss at the beginning and the end of training. */
  public Measurement withLoss(double first, double last) {
    return new Measurement(
        parameters, timelines, usedShare, computeShare, first, last, batch, peakBytes);
  }

  /** Returns a copy with the fraction of the examples that were used. */
  public Measurement withUsedShare(double share) {
    return new Measurement(
        parameters, timelines, share, computeShare, firstLoss, lastLoss, batch, peakBytes);
  }

  /** Returns a copy with the fraction of the time of rounds that was computing. */
  public Measurement withComputeShare(double share) {
    return new Measurement(
        parameters, timelines, usedShare, share, firstLoss, lastLoss, batch, peakBytes);
  }

  /** Returns a copy with the number of images of a forward pass that the contender chose. */
  public Measurement withBatch(int images) {
    return new Measurement(
        parameters, timelines, usedShare, computeShare, firstLoss, lastLoss, images, peakBytes);
  }
}
