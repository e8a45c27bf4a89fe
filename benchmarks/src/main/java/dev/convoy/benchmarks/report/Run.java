package dev.convoy.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.Timeline;
import java.util.List;
import java.util.Objects;

/**
 * One run of one contender, with all its processes.
 *
 * @param imagesPerSecond images a second while all processes worked
 * @param usedShare fraction of the examples that were used
 * @param computeShare fraction of the time of rounds in which the slowest replica computed; null if
 *     there are no rounds
 * @param firstLoss loss at the beginning of training, in nats; null if unknown
 * @param lastLoss loss at the end of training
 * @param batches images of a forward pass in each process, where contenders chose them; null where
 *     they are the workload's
 * @param peakBytes peak resident memory, summed over the processes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Run(
    double imagesPerSecond,
    double usedShare,
    Double computeShare,
    Double firstLoss,
    Double lastLoss,
    List<Integer> batches,
    long peakBytes) {

  /** Combines the processes of a run. */
  public static Run of(List<Measurement> processes) {
    List<Timeline> timelines =
        processes.stream().flatMap(process -> process.timelines().stream()).toList();
    return new Run(
        Timeline.examplesPerSecond(timelines),
        processes.stream().mapToDouble(Measurement::usedShare).average().orElseThrow(),
        mean(processes.stream().map(Measurement::computeShare).toList()),
        mean(processes.stream().map(Measurement::firstLoss).toList()),
        mean(processes.stream().map(Measurement::lastLoss).toList()),
        processes.stream().allMatch(process -> process.batch() != null)
            ? processes.stream().map(Measurement::batch).toList()
            : null,
        processes.stream().mapToLong(Measurement::peakBytes).sum());
  }

  private static Double mean(List<Double> values) {
    return values.stream().allMatch(Objects::nonNull)
        ? values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()
        : null;
  }
}
