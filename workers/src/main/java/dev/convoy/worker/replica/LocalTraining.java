package dev.convoy.worker.replica;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.graph.GraphTraining;
import dev.convoy.worker.graph.TrainableGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Takes the local steps of one replica in one round.
 *
 * <p>Everything that a step depends on is set at the start of the round from the plans (parameters,
 * updater state, iteration count, learning rates, order of examples and their augmentation, random
 * generator), so that the result does not depend on the thread, the executor or the earlier use of
 * the network.
 */
public final class LocalTraining {
  private LocalTraining() {}

  /** Trains one round on the network's own thread; the result has arrays of its own. */
  public static RoundResult train(
      OpenGraph live, ReplicaPlan plan, RoundPlan round, int replica, Shard shard) {
    return train(live, plan, round, replica, shard, new ReplicaBuffers());
  }

  /**
   * Trains one round on the network's own thread.
   *
   * <p>A loss that is not finite ends the round early; it is included in the result's loss sum, and
   * the driver stops the run.
   *
   * @param buffers of the replica; the result refers to them
   */
  public static RoundResult train(
      OpenGraph live,
      ReplicaPlan plan,
      RoundPlan round,
      int replica,
      Shard shard,
      ReplicaBuffers buffers) {
    long first = (long) round.firstStep() * plan.batch();
    if (first >= shard.examples()) {
      return RoundResult.empty(replica, plan.answer());
    }
    long start = System.nanoTime();
    TrainableGraph network = live.graph();
    live.loadForTraining(round.parameters());
    begin(network, plan, round, replica);
    GraphTraining training = network.training();
    int[] order = live.order().order(shard.examples(), plan.seed(), round.epoch(), replica);
    OpenGraph.EpochExamples examples = live.examples(plan, round.epoch(), replica, shard, order);
    int next = (int) first;
    double lossSum = 0;
    ExampleScores.Collector scores =
        plan.answer().withExampleScores() ? new ExampleScores.Collector(next) : null;
    for (int step = 0; step < round.steps() && next < order.length; step++) {
      int count = Math.min(plan.batch(), order.length - next);
      live.learningRate(round.learningRate(step));
      OpenGraph.Tensors batch = examples.batch(next, count);
      lossSum += training.fit(batch.features(), batch.labels()) * count;
      if (scores != null) {
        addScores(scores, network, shard, order, next, count);
      }
      next += count;
      if (!Double.isFinite(lossSum)) {
        break;
      }
    }
    long nanos = System.nanoTime() - start;
    float[] trained = network.copyParameters(buffers.parameters());
    float[] state =
        plan.answer().withUpdaterState()
            ? network.copyUpdaterState(buffers.updaterState())
            : new float[0];
    buffers.keep(trained, state);
    long seen = next - first;
    PooledVariances moments = new PooledVariances(plan.answer().statistics());
    if (!moments.isEmpty()
        && Double.isFinite(lossSum)
        && WeightedMean.firstNotFinite(trained) < 0) {
      moments.add(trained, seen);
    }
    Vectors vectors = Vectors.encoded(trained, round.parameters(), state, plan, round, replica);
    return new RoundResult(
        replica, seen, lossSum, nanos, moments, scores == null ? null : scores.scores(), vectors);
  }

  private static void addScores(
      ExampleScores.Collector scores,
      TrainableGraph network,
      Shard shard,
      int[] order,
      int first,
      int count) {
    float[] probabilities =
        network
            .lastProbabilities()
            .orElseThrow(
                () ->
                    new JobFailedException(
                        "train.exampleMetrics = on needs networks that compute with oneDNN, and"
                            + " this one does not (set it to off)"));
    int labels = probabilities.length / count;
    for (int i = 0; i < count; i++) {
      scores.add(probabilities, i, labels, shard.label(order[first + i]));
    }
  }

  private static void begin(
      TrainableGraph network, ReplicaPlan plan, RoundPlan round, int replica) {
    network.updaterState(round.updaterState());
    network.setCounters(round.iteration(), round.epoch());
    Nd4j.getRandom()
        .setSeed(
            Seeds.derive(
                plan.seed(), round.epoch(), round.round(), replica, Seeds.Purpose.DROPOUT));
  }
}
