package dev.convoy.benchmarks;

/** One way of training a network: Convoy, or a peer that it is compared with. */
interface Contender {
  /** The name on the command line: {@code stock-direct}. */
  String name();

  /** What it is, for people. */
  String description();

  /** As much work as keeps a run near half a minute on two cores. */
  Amount usual();

  /** True where it is a form of stock dl4j-spark, whose best form is 1 in the column of ratios. */
  default boolean isStock() {
    return false;
  }

  /**
   * Trains the workload, first unmeasured, so that everything is loaded and compiled, and then
   * measured. Runs in a JVM of its own.
   */
  Measurement run(Workload workload);

  /**
   * How much is trained while the clock runs.
   *
   * @param images of the dataset
   * @param epochs over all of them
   */
  record Amount(int images, int epochs) {}
}
