package dev.convoy.driver.train;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import dev.convoy.worker.replica.StatisticsPass;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/** What Spark runs for a replica: each task opens its shard, borrows its network, and loops. */
final class ReplicaTasks {
  private ReplicaTasks() {}

  /** Packs a shard and builds a network. */
  record WarmUp(Broadcast<ReplicaPlan> plan)
      implements FlatMapFunction<Iterator<ShardBlock>, ExecutorEnvironment> {
    @Override
    public Iterator<ExecutorEnvironment> call(Iterator<ShardBlock> blocks) {
      ExecutorEnvironment environment =
          NetworkPool.ofThisJvm()
              .with(plan.value().spec(), network -> ExecutorEnvironment.ofThisThread());
      return List.of(environment).iterator();
    }
  }

  /** What a pass for the statistics of batch normalisation starts from. */
  static final class Measuring implements Serializable {
    private static final long serialVersionUID = 1L;

    private final float[] parameters;
    private final List<PooledVariances.Statistics> statistics;
    private final int epoch;

    Measuring(float[] parameters, List<PooledVariances.Statistics> statistics, int epoch) {
      this.parameters = parameters;
      this.statistics = statistics;
      this.epoch = epoch;
    }
  }

  /** The task of one replica in that pass. */
  record MeasureShard(Broadcast<ReplicaPlan> plan, Broadcast<Measuring> measuring)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<PooledVariances>> {
    @Override
    public Iterator<PooledVariances> call(Integer replica, Iterator<ShardBlock> blocks) {
      ReplicaPlan replicaPlan = plan.value();
      Measuring from = measuring.value();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      PooledVariances moments =
          NetworkPool.ofThisJvm()
              .with(
                  replicaPlan.spec(),
                  live ->
                      StatisticsPass.measure(
                          live,
                          replicaPlan,
                          from.statistics,
                          from.parameters,
                          from.epoch,
                          replica,
                          shard));
      return List.of(moments).iterator();
    }
  }

  /** How the plan of a round reaches the tasks. */
  sealed interface SentPlan extends Serializable {
    RoundPlan get();
  }

  /** Within one process, where the plan has no vectors in it and a broadcast would only cost. */
  record WithTheTask(RoundPlan get) implements SentPlan {}

  /** Once to each executor. */
  record ByBroadcast(Broadcast<RoundPlan> broadcast) implements SentPlan {
    @Override
    public RoundPlan get() {
      return broadcast.value();
    }
  }

  /** The task of one replica: open its shard, borrow its network, train. */
  record TrainShard(Broadcast<ReplicaPlan> plan, SentPlan round)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<RoundResult>> {
    @Override
    public Iterator<RoundResult> call(Integer replica, Iterator<ShardBlock> blocks) {
      return List.of(train(replica, blocks)).iterator();
    }

    RoundResult train(int replica, Iterator<ShardBlock> blocks) {
      ReplicaPlan replicaPlan = plan.value();
      RoundPlan roundPlan = round.get();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      return NetworkPool.ofThisJvm()
          .with(
              replicaPlan.spec(),
              live -> LocalTraining.train(live, replicaPlan, roundPlan, replica, shard));
    }
  }
}
