package dev.convoy.benchmarks;

import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a benchmark.
 *
 * @param contenders contenders in the order of the table, each once
 * @param networks networks that all of them train and score with
 * @param measures measures to take; if empty, only the ceilings
 * @param ceilings whether the machine's ceilings are measured
 * @param repetitions runs of each contender, at least 1
 * @param warmUpSeconds approximate duration of the unmeasured work before each run
 * @param seconds approximate duration of the measured work of each run
 * @param data directory of Fashion-MNIST's IDX files; empty: the sample inside the jar
 * @param heap heap size of each contender's JVM
 */
record BenchmarkPlan(
    List<Contender> contenders,
    List<BenchmarkNetwork> networks,
    List<Measure> measures,
    boolean ceilings,
    int repetitions,
    double warmUpSeconds,
    double seconds,
    Optional<Path> data,
    String heap) {
  static final int AVERAGE_EVERY = 10;
  static final double LEARNING_RATE = 0.01;
  static final double MOMENTUM = 0.9;
  static final double L2 = 0.0005;
  static final long SEED = 1;

  BenchmarkPlan {
    contenders = List.copyOf(contenders);
    networks = List.copyOf(networks);
    measures = List.copyOf(measures);
    try {
      Checks.atLeast(1, contenders.size(), "number of contenders");
      Checks.atLeast(1, networks.size(), "number of networks");
      Checks.atLeast(1, repetitions, "repetitions");
      Checks.that(warmUpSeconds > 0, "warm-up", warmUpSeconds + " (must be above 0)");
      Checks.that(seconds > 0, "seconds", seconds + " (must be above 0)");
      requireDifferent(contenders, "contenders");
      requireDifferent(networks, "networks");
      requireDifferent(measures, "measures");
      Checks.that(heap.matches("\\d+[mMgG]"), "memory", heap + " (must be such as 4g or 4096m)");
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Cannot measure: " + e.getMessage(), e);
    }
  }

  private static void requireDifferent(List<?> values, String name) {
    Checks.that(new HashSet<>(values).size() == values.size(), name, "one is named twice");
  }
}
