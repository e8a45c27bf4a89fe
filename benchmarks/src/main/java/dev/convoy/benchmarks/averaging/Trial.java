package dev.convoy.benchmarks.averaging;

import dev.convoy.data.Checks;

/**
 * One training that both systems can do: momentum at a constant learning rate, with weight decay.
 *
 * @param part part of the comparison to which the trial belongs
 * @param system system that trains
 * @param master Spark master
 * @param definition file of the network's definition
 * @param data directory made by {@link TrialData}
 * @param examples examples of the train split
 * @param sorted whether the examples are sorted by label
 * @param replicas replicas, which dl4j-spark calls workers
 * @param batch examples of a minibatch on each replica
 * @param averageEvery local steps between two averagings
 * @param learningRate learning rate of every step
 * @param epochs passes over the data; with more than one, the first is a warm-up whose rounds are
 *     not measured
 * @param seed seed of all random numbers
 * @param evaluated whether the accuracy on the test split is measured
 * @param scratch directory for temporary files
 */
record Trial(
    Part part,
    TrainingSystem system,
    String master,
    String definition,
    String data,
    int examples,
    boolean sorted,
    int replicas,
    int batch,
    int averageEvery,
    double learningRate,
    int epochs,
    long seed,
    boolean evaluated,
    String scratch) {
  static final double MOMENTUM = 0.9;
  static final double L2 = 0.0005;

  /** A system that trains. */
  enum TrainingSystem {
    CONVOY("Convoy"),
    /** dl4j-spark's default: minibatches are written to files, and workers read them. */
    STOCK_EXPORT("dl4j-spark"),
    /**
     * Minibatches are taken directly from the RDD. On a cluster, dl4j-spark cannot export to the
     * file system of one machine.
     */
    STOCK_DIRECT("dl4j-spark, direct");

    private final String title;

    TrainingSystem(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** True for every form of dl4j-spark. */
    boolean isStock() {
      return this != CONVOY;
    }
  }

  /** Purpose of a trial. */
  enum Part {
    /** Examples of an epoch that are used in local steps. */
    USED,
    /** Milliseconds and bytes of a round. */
    ROUNDS,
    /** Accuracy after equal epochs. */
    ACCURACY,
    /** Whether equal runs give equal bits. */
    HASH,
    /** Memory over many rounds. */
    MEMORY
  }

  Trial {
    Checks.atLeast(1, examples, "examples");
    Checks.atLeast(1, replicas, "replicas");
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, averageEvery, "averageEvery");
    Checks.that(learningRate > 0, "learningRate", "must be above 0, not " + learningRate);
    Checks.atLeast(1, epochs, "epochs");
  }

  /** True if executors are separate processes, so that a round moves bytes. */
  boolean onCluster() {
    return !master.startsWith("local[");
  }

  /** Epochs before the measured ones. */
  int warmUpEpochs() {
    return epochs > 1 ? 1 : 0;
  }
}
