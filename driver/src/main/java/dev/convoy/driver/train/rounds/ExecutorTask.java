package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.spark.CachedPartitions;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.train.exchange.Address;
import dev.convoy.driver.train.exchange.ExchangeMember;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaBuffers;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** A task: trains its replicas round after round. */
final class ExecutorTask
    extends AbstractFunction1<Iterator<CachedPartitions.Cached<ShardBlock>>, Iterator<Object>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String job;
  private final boolean apart;
  private final Address driver;
  private final ExchangePlan plan;
  private final Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan;

  ExecutorTask(
      String job,
      boolean apart,
      Address driver,
      ExchangePlan plan,
      Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan) {
    this.job = job;
    this.apart = apart;
    this.driver = driver;
    this.plan = plan;
    this.replicaPlan = replicaPlan;
  }

  @Override
  public Iterator<Object> apply(Iterator<CachedPartitions.Cached<ShardBlock>> cached) {
    ReplicaPlan opened = replicaPlan.value().open();
    ReplicaPlan trained = plan.mayOverlap() ? opened.withoutEncoding() : opened;
    SortedMap<Integer, ExchangeMember.Training> own = new TreeMap<>();
    while (cached.hasNext()) {
      CachedPartitions.Cached<ShardBlock> partition = cached.next();
      Shard shard = Shard.of(partition.elements(), opened.examples().bytes());
      ReplicaBuffers buffers = new ReplicaBuffers();
      own.put(partition.index(), round -> train(trained, round, partition.index(), shard, buffers));
    }
    int task = TaskContext.getPartitionId();
    String member = apart ? job + "-" + task : job;
    ExchangeMember.run(member, driver, plan, opened, task, own);
    return JavaConverters.asScalaIterator(Collections.emptyIterator());
  }

  private static RoundResult train(
      ReplicaPlan opened, RoundPlan round, int replica, Shard shard, ReplicaBuffers buffers) {
    return NetworkPool.ofThisJvm()
        .with(
            opened.spec(),
            live -> LocalTraining.train(live, opened, round, replica, shard, buffers));
  }
}
