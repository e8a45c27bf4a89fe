package dev.convoy.benchmarks.averaging;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of a comparison.
 *
 * @param parts parts of the comparison
 * @param systems systems to compare
 * @param used examples and replicas for which the examples of an epoch are counted
 * @param points network sizes and replicas for which rounds are measured
 * @param masters Spark masters on which rounds are measured
 * @param rounds least number of rounds measured at each point
 * @param trainings trainings whose accuracy is measured
 * @param examples examples of these trainings
 * @param tests images of their test split
 * @param epochs epochs of these trainings
 * @param seeds number of trainings of each kind
 * @param longRounds rounds over which memory is observed
 * @param data directory of Fashion-MNIST's IDX files; empty: the sample inside the jar if it is
 *     large enough, else Debian's package
 * @param heap heap size of each JVM
 */
record ComparisonPlan(
    Set<Trial.Part> parts,
    Set<Trial.TrainingSystem> systems,
    List<Pair> used,
    List<Pair> points,
    List<String> masters,
    int rounds,
    List<Training> trainings,
    int examples,
    int tests,
    int epochs,
    int seeds,
    int longRounds,
    Optional<Path> data,
    String heap) {

  /**
   * A size and a number of replicas, such as {@code 10x4}.
   *
   * @param size examples, or millions of parameters
   */
  record Pair(double size, int replicas) {
    /**
     * Parses a pair.
     *
     * @throws InvalidRequestException if the text is not a pair
     */
    static Pair of(String text) {
      String[] parts = text.split("x");
      try {
        Checks.that(parts.length == 2, "pair", text);
        Pair pair = new Pair(Double.parseDouble(parts[0]), Integer.parseInt(parts[1]));
        Checks.that(pair.size > 0, "size", text);
        Checks.atLeast(1, pair.replicas, "replicas");
        return pair;
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException(
            "Cannot measure " + text + ": a size and a number of replicas is such as 10x4", e);
      }
    }
  }

  /**
   * Averaging settings of a training, such as {@code 16x64x10}.
   *
   * @param replicas replicas of the network
   * @param batch examples of a minibatch on each replica
   * @param averageEvery local steps between two averagings
   */
  record Training(int replicas, int batch, int averageEvery) {
    /**
     * Parses the settings of a training.
     *
     * @throws InvalidRequestException if the text has another form
     */
    static Training of(String text) {
      String[] parts = text.split("x");
      try {
        Checks.that(parts.length == 3, "training", text);
        Training training =
            new Training(
                Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        Checks.atLeast(1, training.replicas, "replicas");
        Checks.atLeast(1, training.batch, "batch");
        Checks.atLeast(1, training.averageEvery, "averageEvery");
        return training;
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException(
            "Cannot train as "
                + text
                + ": replicas, the minibatch of each and local steps of a round are such as 16x64x10",
            e);
      }
    }
  }

  ComparisonPlan {
    used = List.copyOf(used);
    points = List.copyOf(points);
    masters = List.copyOf(masters);
    trainings = List.copyOf(trainings);
    try {
      Checks.atLeast(1, rounds, "rounds");
      Checks.atLeast(1, examples, "examples");
      Checks.atLeast(1, tests, "tests");
      Checks.atLeast(1, epochs, "epochs");
      Checks.atLeast(1, seeds, "seeds");
      Checks.atLeast(2, longRounds, "long rounds");
      Checks.that(heap.matches("\\d+[mMgG]"), "memory", heap + " (must be such as 4g or 4096m)");
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Cannot compare: " + e.getMessage(), e);
    }
  }
}
