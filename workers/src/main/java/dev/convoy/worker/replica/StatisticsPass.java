package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.graph.TrainableGraph;
import java.util.Arrays;
import java.util.List;

/**
 * Measures what batch normalisation should know of given parameters: one pass over a shard, in
 * minibatches in the order of an epoch, each normalised by its own moments as in training, without
 * a step and without augmentation (Izmailov et al., Averaging weights leads to wider optima and
 * better generalization, 2018, section 3.2).
 */
public final class StatisticsPass {
  private StatisticsPass() {}

  /**
   * The moments of the examples of a shard, those of its minibatches as one mixture.
   *
   * @param statistics of layers that are not frozen
   * @param parameters flat; their own statistics do not matter
   * @param epoch whose order the examples have, from 0
   */
  public static PooledVariances measure(
      OpenGraph live,
      ReplicaPlan plan,
      List<PooledVariances.Statistics> statistics,
      float[] parameters,
      int epoch,
      int replica,
      Shard shard) {
    TrainableGraph network = live.graph();
    live.loadForTraining(withoutStatistics(parameters, statistics));
    int[] order = live.order().of(shard.examples(), plan.seed(), epoch, replica);
    OpenGraph.EpochExamples examples = live.storedExamples(shard, order);
    PooledVariances moments = new PooledVariances(statistics);
    for (int next = 0; next < order.length; next += plan.batch()) {
      int count = Math.min(plan.batch(), order.length - next);
      OpenGraph.Tensors batch = examples.batch(next, count);
      moments.add(network.measure(batch.features(), batch.labels()), count);
    }
    return moments;
  }

  /** With statistics of 0, from which no digit of what is measured is lost. */
  private static float[] withoutStatistics(
      float[] parameters, List<PooledVariances.Statistics> statistics) {
    float[] cleared = parameters.clone();
    for (PooledVariances.Statistics one : statistics) {
      Arrays.fill(cleared, one.mean(), one.mean() + one.length(), 0);
      Arrays.fill(cleared, one.variance(), one.variance() + one.length(), 0);
    }
    return cleared;
  }
}
