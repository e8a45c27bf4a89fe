package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaBuffers;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Rounds in a single Spark job, for tasks that run in the driver's process. The tasks keep running,
 * receive the plan of each round from the driver, and return their results in memory. This saves
 * the cost of a Spark job for each round. With more replicas than task slots, a task trains several
 * replicas one after the other.
 *
 * <p>Tasks keep no state between rounds, so a task that Spark retries continues with the current
 * round. A process has one such job at a time: two could wait for each other's slots. When another
 * job starts, the tasks end after the current round, since the job may wait for their slots, and
 * the driver for the job.
 */
final class InProcessRounds implements AutoCloseable {
  private static final Map<Long, InProcessRounds> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long POLL_MILLIS = 100;

  /** Time to wait for slots, which other jobs may hold indefinitely. */
  private static final long SLOT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final long number = NUMBERS.incrementAndGet();
  private final SparkContext spark;
  private final int replicas;
  private final int tasks;
  private final OtherJobs others = new OtherJobs(Long.toString(number), this::yieldSlots);
  private final Set<Integer> runningTasks = new HashSet<>();
  private final Map<Integer, RoundResult> results = new TreeMap<>();
  private JavaFutureAction<List<RoundResult>> job;
  private RoundPlan plan;
  private boolean slotsWanted;
  private boolean over;

  private InProcessRounds(SparkContext spark, int replicas, int tasks) {
    this.spark = spark;
    this.replicas = replicas;
    this.tasks = tasks;
  }

  /**
   * Starts the tasks.
   *
   * @param shards one partition for each replica
   * @param slots number of tasks that can run at once
   * @return empty if not all tasks get a slot, or this process already has such a job
   */
  static Optional<InProcessRounds> open(
      JavaRDD<ShardBlock> shards, Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan, int slots) {
    int replicas = shards.getNumPartitions();
    InProcessRounds rounds =
        new InProcessRounds(shards.context(), replicas, Math.min(slots, replicas));
    synchronized (OPEN) {
      if (!OPEN.isEmpty()) {
        return Optional.empty();
      }
      OPEN.put(rounds.number, rounds);
    }
    boolean open = false;
    try {
      rounds.start(shards, replicaPlan);
      open = rounds.awaitAllTasks();
      return open ? Optional.of(rounds) : Optional.empty();
    } finally {
      if (!open) {
        rounds.close();
      }
    }
  }

  private void start(
      JavaRDD<ShardBlock> shards, Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan) {
    spark.addSparkListener(others);
    job =
        others.submit(
            spark,
            () ->
                EvenGroups.coalesceEvenly(
                        shards.mapPartitionsWithIndex(new OpenShard(replicaPlan), true), tasks)
                    .mapPartitions(new TrainRounds(replicaPlan, number), true)
                    .collectAsync());
  }

  private synchronized boolean awaitAllTasks() {
    long until = System.nanoTime() + SLOT_TIMEOUT_NANOS;
    while (runningTasks.size() < tasks && System.nanoTime() - until < 0) {
      pause();
    }
    return runningTasks.size() == tasks;
  }

  /**
   * Runs a round.
   *
   * @return results in the order of the replicas; empty if the tasks have already ended, for
   *     another job
   */
  synchronized Optional<List<RoundResult>> run(RoundPlan next) {
    if (over) {
      return Optional.empty();
    }
    results.clear();
    plan = next;
    notifyAll();
    while (results.size() < replicas) {
      pause();
    }
    if (slotsWanted) {
      endTasks();
    }
    return Optional.of(List.copyOf(results.values()));
  }

  /**
   * Ends the tasks after the current round. Before the first round they keep running: the driver is
   * about to plan it and waits for nothing else. Otherwise sessions with many jobs would never run
   * a round.
   */
  private synchronized void yieldSlots() {
    slotsWanted = true;
    if (plan != null && results.size() == replicas) {
      endTasks();
    }
  }

  private synchronized void endTasks() {
    over = true;
    notifyAll();
  }

  /** Waits for a change of state, or for a short time; throws the job's failure. */
  @SuppressWarnings("WaitNotInLoop") // Callers look again.
  private void pause() {
    if (job.isDone()) {
      awaitJob();
      throw new IllegalStateException("The tasks ended before their rounds were over");
    }
    try {
      wait(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ExceptionUtils.rethrow(e);
    }
  }

  private synchronized void taskStarted(int task) {
    runningTasks.add(task);
    notifyAll();
  }

  /** A task's next work: the plan of a round and one of its shards. */
  private record Assignment(RoundPlan plan, OwnShard shard) {}

  /** Waits for the next assignment of a task; returns empty if the rounds are over. */
  private synchronized Optional<Assignment> await(List<OwnShard> shards) {
    Optional<Assignment> assignment = nextAssignment(shards);
    while (!over && assignment.isEmpty()) {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException();
      }
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException();
      }
      assignment = nextAssignment(shards);
    }
    return over ? Optional.empty() : assignment;
  }

  private Optional<Assignment> nextAssignment(List<OwnShard> shards) {
    return plan == null
        ? Optional.empty()
        : shards.stream()
            .filter(shard -> !results.containsKey(shard.replica))
            .findFirst()
            .map(shard -> new Assignment(plan, shard));
  }

  private synchronized void addResult(int replica, RoundResult result) {
    results.put(replica, result);
    notifyAll();
  }

  /** Ends the tasks and waits until they have ended, so that their slots are free. */
  @Override
  public void close() {
    endTasks();
    try {
      if (job != null) {
        awaitJob();
      }
    } finally {
      spark.removeSparkListener(others);
      OPEN.remove(number);
    }
  }

  private void awaitJob() {
    try {
      job.get();
    } catch (ExecutionException e) {
      ExceptionUtils.rethrow(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ExceptionUtils.rethrow(e);
    }
  }

  /** The shard of one replica, and the arrays that its results refer to until its next round. */
  private record OwnShard(int replica, Shard shard, ReplicaBuffers buffers) {}

  /** Opens the shard of a partition. */
  private record OpenShard(Broadcast<JavaSerialized<ReplicaPlan>> plan)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<OwnShard>> {
    @Override
    public Iterator<OwnShard> call(Integer replica, Iterator<ShardBlock> blocks) {
      Shard shard = Shard.of(blocks, plan.value().open().examples().bytes());
      return List.of(new OwnShard(replica, shard, new ReplicaBuffers())).iterator();
    }
  }

  /** A task: trains its replicas round after round. */
  private record TrainRounds(Broadcast<JavaSerialized<ReplicaPlan>> plan, long number)
      implements FlatMapFunction<Iterator<OwnShard>, RoundResult> {
    @Override
    public Iterator<RoundResult> call(Iterator<OwnShard> own) {
      InProcessRounds opened = OPEN.get(number);
      if (opened == null) {
        throw new IllegalStateException("The rounds are over, or in another process");
      }
      opened.taskStarted(TaskContext.getPartitionId());
      ReplicaPlan replicaPlan = plan.value().open();
      List<OwnShard> shards = new ArrayList<>();
      own.forEachRemaining(shards::add);
      for (Optional<Assignment> next = opened.await(shards);
          next.isPresent();
          next = opened.await(shards)) {
        RoundPlan round = next.get().plan;
        OwnShard shard = next.get().shard;
        opened.addResult(
            shard.replica,
            NetworkPool.ofThisJvm()
                .with(
                    replicaPlan.spec(),
                    live ->
                        LocalTraining.train(
                            live, replicaPlan, round, shard.replica, shard.shard, shard.buffers)));
      }
      return Collections.emptyIterator();
    }
  }
}
