package dev.convoy.benchmarks.workload;

import dev.convoy.data.Checks;

/**
 * The work of one process of a contender. The optimizer is gradient descent with momentum at a
 * constant learning rate, with weight decay.
 *
 * @param network to train, from fresh parameters, or to score with
 * @param definition file of the network's definition
 * @param dataset directory of a prepared dataset; its train split is trained on
 * @param model directory of a model that was trained on it
 * @param examples file of the same examples, see {@link ExampleFile}
 * @param scratch directory for temporary files
 * @param cache directory for unpacked native code
 * @param warmUpSeconds approximate duration of the unmeasured work
 * @param seconds approximate duration of the measurement, which is at least one pass
 * @param averageEvery local steps between two averagings
 * @param learningRate of every step
 * @param momentum 0 to 1
 * @param l2 coefficient of {@code ½·|w|²} in the loss
 * @param seed seed of all random numbers
 */
public record Workload(
    BenchmarkNetwork network,
    String definition,
    String dataset,
    String model,
    String examples,
    String scratch,
    String cache,
    double warmUpSeconds,
    double seconds,
    int averageEvery,
    double learningRate,
    double momentum,
    double l2,
    long seed) {
  public Workload {
    Checks.that(warmUpSeconds > 0, "warmUpSeconds", warmUpSeconds + " (must be above 0)");
    Checks.that(seconds > 0, "seconds", seconds + " (must be above 0)");
    Checks.atLeast(1, averageEvery, "averageEvery");
    Checks.between(0, 1, momentum, "momentum");
    Checks.between(0, 1, l2, "l2");
  }

  /** Examples of a minibatch on each replica, or of a process. */
  public int batch() {
    return network.batch();
  }
}
