package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.network.graph.TrainableNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The local steps of one replica in one round.
 *
 * <p>Everything that a step depends on is set at the start of the round from the plans (parameters,
 * updater state, iteration count, learning rates, order of examples and their augmentation, random
 * generator), so that the result depends neither on the thread or executor nor on what its network
 * did before.
 */
public final class LocalTraining {
  private LocalTraining() {}

  /**
   * Trains one round on the network's own thread.
   *
   * <p>A loss that is not finite ends the round early; it is in the result's loss sum, and the
   * driver stops the run.
   */
  public static RoundResult train(
      LiveNetwork live, ReplicaPlan plan, RoundPlan round, int replica, Shard shard) {
    long first = (long) round.firstStep() * plan.batch();
    if (first >= shard.examples()) {
      return new RoundResult(replica, 0, 0, 0, round.answer(new float[0], new float[0]));
    }
    long start = System.nanoTime();
    TrainableNetwork network = live.trainable();
    live.loadForTraining(round.parameters());
    begin(network, plan, round, replica);
    int[] order = live.order().of(shard.examples(), plan.seed(), round.epoch(), replica);
    EpochImages images = new EpochImages(plan, round.epoch(), replica, shard, order);
    int next = (int) first;
    double lossSum = 0;
    for (int step = 0; step < round.steps() && next < order.length; step++) {
      int count = Math.min(plan.batch(), order.length - next);
      ImageBatch.Tensors batch = live.batch().fill(count, images.from(next));
      network.learningRate(round.learningRate(step));
      lossSum += network.fit(batch.features(), batch.labels()) * count;
      next += count;
      if (!Double.isFinite(lossSum)) {
        break;
      }
    }
    Vectors trained = round.answer(network.parameters(), network.updaterState());
    return new RoundResult(replica, next - first, lossSum, System.nanoTime() - start, trained);
  }

  private static void begin(
      TrainableNetwork network, ReplicaPlan plan, RoundPlan round, int replica) {
    network.updaterState(round.updaterState());
    ComputationGraph graph = network.graph();
    graph.getConfiguration().setIterationCount(Math.toIntExact(round.iteration()));
    graph.getConfiguration().setEpochCount(0);
    Nd4j.getRandom()
        .setSeed(
            Seeds.derive(
                plan.seed(), round.epoch(), round.round(), replica, Seeds.Purpose.DROPOUT));
  }
}
