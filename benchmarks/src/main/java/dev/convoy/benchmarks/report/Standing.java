package dev.convoy.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;

/**
 * How one contender did.
 *
 * @param contender its name
 * @param imagesPerSecond over its runs
 * @param ratios to the medians of the best peers on as many cores; null where none ran
 * @param usedShare of the examples, that were really used; mean over its runs
 * @param notComputing share of the time of rounds in which the slowest replica did not compute,
 *     over the runs; absent where there are no rounds
 * @param peakBytes most resident memory, median over its runs
 * @param runs one after the other
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Standing(
    String contender,
    String description,
    Contender.Family family,
    Arrangement arrangement,
    Spread imagesPerSecond,
    Ratios ratios,
    double usedShare,
    Spread notComputing,
    long peakBytes,
    List<Run> runs) {

  /**
   * A contender's median by those of the best peers on as many cores.
   *
   * @param toDl4j in training dl4j-spark on two cores and DL4J alone on one; in scoring DL4J alone
   * @param toLibtorch the best arrangement
   * @param toConvolutions the network's convolutions alone: a share, below 1
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Ratios(Double toDl4j, Double toLibtorch, Double toConvolutions) {}

  static Standing of(Contender contender, List<Run> runs, Ratios ratios) {
    List<Double> notComputing =
        runs.stream()
            .filter(run -> run.computeShare() != null)
            .map(run -> 1 - run.computeShare())
            .toList();
    Spread memory = Spread.of(runs.stream().map(run -> (double) run.peakBytes()).toList());
    return new Standing(
        contender.name(),
        contender.description(),
        contender.family(),
        contender.arrangement(),
        rate(runs),
        ratios,
        runs.stream().mapToDouble(Run::usedShare).average().orElseThrow(),
        notComputing.isEmpty() ? null : Spread.of(notComputing),
        Math.round(memory.median()),
        List.copyOf(runs));
  }

  static Spread rate(List<Run> runs) {
    return Spread.of(runs.stream().map(Run::imagesPerSecond).toList());
  }
}
