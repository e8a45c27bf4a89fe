package dev.convoy.benchmarks;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be measured.
 *
 * @param contenders in the order of the table, each once
 * @param network that all of them train
 * @param repetitions runs of each contender, at least 1
 * @param images of every contender; empty: what is usual for each
 * @param epochs measured of every contender; empty likewise
 * @param replicas of every contender, and cores
 * @param data directory of Fashion-MNIST's IDX files; empty: the sample inside the jar, or the
 *     installed package where more images are needed
 * @param heap of each contender's JVM
 */
record BenchmarkPlan(
    List<Contender> contenders,
    BenchmarkNetwork network,
    int repetitions,
    OptionalInt images,
    OptionalInt epochs,
    int replicas,
    Optional<Path> data,
    String heap) {
  static final int BATCH = 64;
  static final int AVERAGE_EVERY = 10;
  static final double LEARNING_RATE = 0.01;
  static final double MOMENTUM = 0.9;
  static final long SEED = 1;

  BenchmarkPlan {
    contenders = List.copyOf(contenders);
    try {
      Checks.atLeast(1, contenders.size(), "number of contenders");
      Checks.atLeast(1, repetitions, "repetitions");
      Checks.atLeast(1, images.orElse(1), "images");
      Checks.atLeast(1, epochs.orElse(1), "epochs");
      Checks.atLeast(1, replicas, "replicas");
      Checks.that(
          new HashSet<>(contenders).size() == contenders.size(),
          "contenders",
          "one is named twice");
      Checks.that(heap.matches("\\d+[mMgG]"), "memory", heap + " (must be such as 4g or 4096m)");
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Cannot measure: " + e.getMessage(), e);
    }
  }

  /** How much a contender trains while the clock runs. */
  Contender.Amount amount(Contender contender) {
    return new Contender.Amount(
        images.orElse(contender.usual().images()), epochs.orElse(contender.usual().epochs()));
  }

  /** What a contender is given. */
  Workload workload(Contender contender, Path dataset, Path scratch) {
    return new Workload(
        network,
        dataset.toString(),
        scratch.toString(),
        amount(contender),
        BATCH,
        replicas,
        AVERAGE_EVERY,
        LEARNING_RATE,
        MOMENTUM,
        SEED);
  }
}
