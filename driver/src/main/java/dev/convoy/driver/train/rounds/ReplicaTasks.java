package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.RateSweep;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import dev.convoy.worker.replica.StatisticsPass;
import dev.convoy.worker.replica.Trial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Spark functions for replicas: each task opens its shard, borrows a network from the pool, and
 * loops.
 */
public final class ReplicaTasks {
  private ReplicaTasks() {}

  /**
   * The result of a warm-up task: the environment of its network and the storage of its shard.
   *
   * @param imagesPerSecond of the replica in a trial; NaN if there was none
   */
  public record Ready(ExecutorEnvironment environment, ShardPlaces places, double imagesPerSecond)
      implements Serializable {
    public static ShardPlaces places(List<Ready> shards) {
      return ShardPlaces.sum(shards.stream().map(Ready::places).toList());
    }
  }

  /** Packs a shard, builds a network, and tries how fast it trains if that is wanted. */
  record WarmUp(Broadcast<JavaSerialized<ReplicaPlan>> plan, boolean tries)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<Ready>> {
    @Override
    public Iterator<Ready> call(Integer replica, Iterator<ShardBlock> iterator) {
      List<ShardBlock> blocks = new ArrayList<>();
      iterator.forEachRemaining(blocks::add);
      ReplicaPlan replicaPlan = plan.value().open();
      Shard shard = Shard.of(blocks.iterator(), replicaPlan.examples().bytes());
      double rate =
          NetworkPool.ofThisJvm()
              .with(
                  replicaPlan.spec(),
                  network ->
                      tries
                          ? Trial.imagesPerSecond(network, replicaPlan, replica, shard)
                          : Double.NaN);
      ExecutorEnvironment environment =
          NetworkPool.ofThisJvm()
              .with(replicaPlan.spec(), network -> ExecutorEnvironment.ofThisThread());
      return List.of(new Ready(environment, ShardPlaces.of(blocks.iterator()), rate)).iterator();
    }
  }

  /** Takes a sweep of learning rates on the first shard. */
  record Sweep(Broadcast<JavaSerialized<ReplicaPlan>> plan, double planned)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<RateSweep>> {
    @Override
    public Iterator<RateSweep> call(Integer replica, Iterator<ShardBlock> blocks) {
      if (replica > 0) {
        return Collections.emptyIterator();
      }
      ReplicaPlan replicaPlan = plan.value().open();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      RateSweep sweep =
          NetworkPool.ofThisJvm()
              .with(
                  replicaPlan.spec(),
                  live -> RateSweep.take(live, replicaPlan, replica, shard, planned));
      return List.of(sweep).iterator();
    }
  }

  /** The input of a pass that recomputes the statistics of batch normalisation. */
  static final class StatisticsInput implements Serializable {
    private static final long serialVersionUID = 1L;

    private final float[] parameters;
    private final List<PooledVariances.Statistics> statistics;
    private final int epoch;

    StatisticsInput(float[] parameters, List<PooledVariances.Statistics> statistics, int epoch) {
      this.parameters = parameters;
      this.statistics = statistics;
      this.epoch = epoch;
    }
  }

  /** The task of one replica in a pass that recomputes batch-norm statistics. */
  record MeasureShard(
      Broadcast<JavaSerialized<ReplicaPlan>> plan,
      Broadcast<JavaSerialized<StatisticsInput>> statisticsInput)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<PooledVariances>> {
    @Override
    public Iterator<PooledVariances> call(Integer replica, Iterator<ShardBlock> blocks) {
      ReplicaPlan replicaPlan = plan.value().open();
      StatisticsInput input = statisticsInput.value().open();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      PooledVariances moments =
          NetworkPool.ofThisJvm()
              .with(
                  replicaPlan.spec(),
                  live ->
                      StatisticsPass.measure(
                          live,
                          replicaPlan,
                          input.statistics,
                          input.parameters,
                          input.epoch,
                          replica,
                          shard));
      return List.of(moments).iterator();
    }
  }

  /** The task of one replica: open its shard, borrow its network, train. */
  record TrainShard(
      Broadcast<JavaSerialized<ReplicaPlan>> plan, Broadcast<JavaSerialized<RoundPlan>> round)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<RoundResult>> {
    @Override
    public Iterator<RoundResult> call(Integer replica, Iterator<ShardBlock> blocks) {
      return List.of(train(replica, blocks)).iterator();
    }

    RoundResult train(int replica, Iterator<ShardBlock> blocks) {
      ReplicaPlan replicaPlan = plan.value().open();
      RoundPlan roundPlan = round.value().open();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      return NetworkPool.ofThisJvm()
          .with(
              replicaPlan.spec(),
              live -> LocalTraining.train(live, replicaPlan, roundPlan, replica, shard));
    }
  }
}
