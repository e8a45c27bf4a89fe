package dev.convoy.benchmarks;

import dev.convoy.data.Checks;

/**
 * What one contender trains in one run. The optimizer is Nesterov's momentum at a constant learning
 * rate, without weight decay.
 *
 * @param network to train, from fresh parameters
 * @param dataset directory of a prepared dataset; its train split is trained on
 * @param scratch directory that the run may write to
 * @param amount measured; what is trained before, to warm up, is not counted
 * @param batch examples of a minibatch on each replica
 * @param replicas that train side by side, each on one core with one native thread
 * @param averageEvery local steps between two averagings
 * @param learningRate of every step
 * @param momentum 0 to 1
 * @param seed of everything that is drawn
 */
record Workload(
    BenchmarkNetwork network,
    String dataset,
    String scratch,
    Contender.Amount amount,
    int batch,
    int replicas,
    int averageEvery,
    double learningRate,
    double momentum,
    long seed) {
  Workload {
    Checks.atLeast(1, amount.images(), "images");
    Checks.atLeast(1, amount.epochs(), "epochs");
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, replicas, "replicas");
    Checks.atLeast(1, averageEvery, "averageEvery");
    Checks.between(0, 1, momentum, "momentum");
  }

  /** Spark's master: a core for each replica. */
  String master() {
    return "local[" + replicas + "]";
  }

  /** Examples of all measured epochs. */
  long examples() {
    return (long) amount.images() * amount.epochs();
  }
}
