package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.graph.TrainableGraph;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the batch normalisation statistics of given parameters in one forward pass over a shard.
 * Minibatches are taken in the order of an epoch and normalised by their own moments as in
 * training, without steps or augmentation (Izmailov et al., Averaging weights leads to wider optima
 * and better generalization, 2018, section 3.2).
 */
public final class StatisticsPass {
  private StatisticsPass() {}

  /**
   * Measures the moments of a shard's examples, pooled over its minibatches.
   *
   * @param statistics statistics of layers that are not frozen
   * @param parameters flat parameters; their statistics are ignored
   * @param epoch epoch whose order is used, from 0
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
    int[] order = live.order().order(shard.examples(), plan.seed(), epoch, replica);
    OpenGraph.EpochExamples examples = live.storedExamples(shard, order);
    PooledVariances moments = new PooledVariances(statistics);
    for (int next = 0; next < order.length; next += plan.batch()) {
      int count = Math.min(plan.batch(), order.length - next);
      OpenGraph.Tensors batch = examples.batch(next, count);
      moments.add(network.measure(batch.features(), batch.labels()), count);
    }
    return moments;
  }

  /** Returns a copy with statistics of 0, so that measured values lose no digits to rounding. */
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
