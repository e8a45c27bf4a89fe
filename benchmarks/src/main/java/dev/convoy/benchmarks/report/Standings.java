package dev.convoy.benchmarks.report;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Contender.Family;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.worker.engine.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Results of all contenders with one network.
 *
 * @param batch examples of a minibatch, or images of a forward pass
 * @param standings results in the order of the plan
 */
public record Standings(
    BenchmarkNetwork network, Measure measure, int batch, List<Standing> standings) {

  /** Groups runs by contender. */
  public static Standings of(
      BenchmarkNetwork network, Measure measure, Map<Contender, List<Run>> runs) {
    List<Standing> standings = new ArrayList<>();
    runs.forEach(
        (contender, own) -> {
          double median = Standing.rate(own).median();
          Standing.Ratios ratios =
              new Standing.Ratios(
                  ratio(median, best(runs, contender, stock(runs, contender, measure))),
                  ratio(median, best(runs, contender, EnumSet.of(Family.LIBTORCH))),
                  ratio(median, best(runs, contender, EnumSet.of(Family.ONNXRUNTIME))),
                  ratio(median, best(runs, contender, EnumSet.of(Family.CEILING))),
                  contender.precision() == Precision.FLOAT32
                      ? null
                      : ratio(
                          median,
                          best(
                              runs, contender, EnumSet.of(contender.family()), Precision.FLOAT32)));
          standings.add(Standing.of(contender, own, ratios));
        });
    return new Standings(
        network,
        measure,
        measure == Measure.TRAINING ? network.batch() : network.scoringBatch(),
        standings);
  }

  /**
   * Returns the ratio of Convoy's rate in one process with two replicas to that in two processes
   * with one each; empty if one of them did not run.
   */
  OptionalDouble ofTwoProcesses() {
    OptionalDouble together = convoy(1);
    OptionalDouble apart = convoy(2);
    return together.isPresent() && apart.isPresent()
        ? OptionalDouble.of(together.getAsDouble() / apart.getAsDouble())
        : OptionalDouble.empty();
  }

  private OptionalDouble convoy(int processes) {
    return standings.stream()
        .filter(one -> one.family() == Family.CONVOY && one.precision() == Precision.FLOAT32)
        .filter(one -> one.arrangement().equals(new Arrangement(processes, 2 / processes)))
        .mapToDouble(one -> one.imagesPerSecond().median())
        .findFirst();
  }

  /**
   * Returns the contender that users of DL4J have: dl4j-spark if it runs on as many cores, else
   * DL4J alone.
   */
  private static Set<Family> stock(
      Map<Contender, List<Run>> runs, Contender contender, Measure measure) {
    boolean spark =
        measure == Measure.TRAINING
            && runs.keySet().stream()
                .filter(peer -> sameCores(peer, contender))
                .anyMatch(peer -> peer.family() == Family.DL4J_SPARK);
    return spark ? EnumSet.of(Family.DL4J_SPARK) : EnumSet.of(Family.DL4J);
  }

  private static boolean sameCores(Contender one, Contender other) {
    return one.arrangement().cores() == other.arrangement().cores();
  }

  private static Double best(
      Map<Contender, List<Run>> runs, Contender contender, Set<Family> families) {
    return best(runs, contender, families, contender.precision());
  }

  private static Double best(
      Map<Contender, List<Run>> runs,
      Contender contender,
      Set<Family> families,
      Precision precision) {
    return runs.keySet().stream()
        .filter(peer -> sameCores(peer, contender) && families.contains(peer.family()))
        .filter(peer -> peer.precision() == precision)
        .map(peer -> Standing.rate(runs.get(peer)).median())
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private static Double ratio(double median, Double best) {
    return best == null ? null : median / best;
  }
}
