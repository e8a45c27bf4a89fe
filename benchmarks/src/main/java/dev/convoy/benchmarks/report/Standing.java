package dev.convoy.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.worker.engine.Precision;
import java.util.List;

/**
 * Results of one contender.
 *
 * @param contender name of the contender
 * @param imagesPerSecond spread over its runs
 * @param ratios ratios to the medians of the best peers on as many cores and in the same precision;
 *     null if none ran
 * @param usedShare fraction of the examples that were used; mean over its runs
 * @param notComputing fraction of the time of rounds in which the slowest replica did not compute,
 *     over the runs; null if there are no rounds
 * @param peakBytes peak resident memory, median over its runs
 * @param runs its runs in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Standing(
    String contender,
    String description,
    Contender.Family family,
    Precision precision,
    Arrangement arrangement,
    Spread imagesPerSecond,
    Ratios ratios,
    double usedShare,
    Spread notComputing,
    long peakBytes,
    List<Run> runs) {

  /**
   * Ratios of a contender's median to those of the best peers on as many cores.
   *
   * @param toDl4j in training, to dl4j-spark on two cores and to DL4J alone on one; in scoring, to
   *     DL4J alone
   * @param toLibtorch to the best arrangement of libtorch
   * @param toOnnxruntime to the best arrangement of onnxruntime
   * @param toConvolutions to the network's convolutions alone, below 1
   * @param toFloat32 of a contender in lower precision: to the best arrangement of the same project
   *     in float32
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Ratios(
      Double toDl4j,
      Double toLibtorch,
      Double toOnnxruntime,
      Double toConvolutions,
      Double toFloat32) {}

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
        contender.precision(),
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
