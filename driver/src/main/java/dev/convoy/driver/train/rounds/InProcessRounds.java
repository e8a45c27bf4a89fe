package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
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
 * Rounds as one Spark job, where driver and tasks are one process: its tasks stay, take the plan of
 * each round from the driver, and hand their results over in memory. With more replicas than task
 * slots a task has several, one after the other. A Spark job for each round costs some 30 ms, and
 * more with many replicas.
 *
 * <p>A task keeps nothing from round to round, so that one that is started again goes on with the
 * round at hand. There is one such job in a process at a time: two could wait for each other's
 * slots. When any other job starts, the tasks end with the round at hand, since it may wait for
 * their slots, and the driver for it.
 */
final class InProcessRounds implements AutoCloseable {
  private static final Map<Long, InProcessRounds> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long POLL_MILLIS = 100;

  /** After this time slots are taken by other jobs, which may take them for good. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final long number = NUMBERS.incrementAndGet();
  private final SparkContext spark;
  private final int replicas;
  private final int tasks;
  private final OtherJobs others = new OtherJobs(Long.toString(number), this::stepAside);
  private final Set<Integer> present = new HashSet<>();
  private final Map<Integer, RoundResult> results = new TreeMap<>();
  private JavaFutureAction<List<RoundResult>> job;
  private RoundPlan plan;
  private boolean wanted;
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
   * @param slots tasks that run at once
   * @return empty if not all of them have a slot, or others stay in this process
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
      open = rounds.allPresent();
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
                EvenGroups.of(
                        shards.mapPartitionsWithIndex(new OpenShard(replicaPlan), true), tasks)
                    .mapPartitions(new TrainRounds(replicaPlan, number), true)
                    .collectAsync());
  }

  private synchronized boolean allPresent() {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (present.size() < tasks && System.nanoTime() < until) {
      pause();
    }
    return present.size() == tasks;
  }

  /**
   * Runs a round.
   *
   * @return in the order of the replicas; empty if the tasks have ended before it, for another job
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
    if (wanted) {
      endTasks();
    }
    return Optional.of(List.copyOf(results.values()));
  }

  /**
   * Lets the tasks end, after the round at hand. Before the first they stay: the driver is about to
   * plan it and waits for nothing else, and sessions with many jobs would never come to a round.
   */
  private synchronized void stepAside() {
    wanted = true;
    if (plan != null && results.size() == replicas) {
      endTasks();
    }
  }

  private synchronized void endTasks() {
    over = true;
    notifyAll();
  }

  /** Waits a little for tasks; throws what the job failed with. */
  private void pause() {
    if (job.isDone()) {
      end();
      throw new IllegalStateException("The tasks ended before their rounds were over");
    }
    try {
      wait(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ExceptionUtils.rethrow(e);
    }
  }

  private synchronized void arrive(int task) {
    present.add(task);
    notifyAll();
  }

  /** What a task does next: the plan of a round for one of its replicas. */
  private record Turn(RoundPlan plan, OwnShard shard) {}

  /** The next turn of a task, or empty if there is none. */
  private synchronized Optional<Turn> await(List<OwnShard> shards) {
    Optional<Turn> turn = turn(shards);
    while (!over && turn.isEmpty()) {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException();
      }
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException();
      }
      turn = turn(shards);
    }
    return over ? Optional.empty() : turn;
  }

  private Optional<Turn> turn(List<OwnShard> shards) {
    return plan == null
        ? Optional.empty()
        : shards.stream()
            .filter(shard -> !results.containsKey(shard.replica))
            .findFirst()
            .map(shard -> new Turn(plan, shard));
  }

  private synchronized void answer(int replica, RoundResult result) {
    results.put(replica, result);
    notifyAll();
  }

  /** Ends the tasks and waits until they have ended, so that their slots are free. */
  @Override
  public void close() {
    endTasks();
    try {
      if (job != null) {
        end();
      }
    } finally {
      spark.removeSparkListener(others);
      OPEN.remove(number);
    }
  }

  private void end() {
    try {
      job.get();
    } catch (ExecutionException e) {
      ExceptionUtils.rethrow(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ExceptionUtils.rethrow(e);
    }
  }

  /** The shard of one replica. */
  private record OwnShard(int replica, Shard shard) {}

  /** Opens the shard of a partition. */
  private record OpenShard(Broadcast<JavaSerialized<ReplicaPlan>> plan)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<OwnShard>> {
    @Override
    public Iterator<OwnShard> call(Integer replica, Iterator<ShardBlock> blocks) {
      Shard shard = Shard.of(blocks, plan.value().open().examples().bytes());
      return List.of(new OwnShard(replica, shard)).iterator();
    }
  }

  /** A task: trains its replicas round after round as they are planned. */
  private record TrainRounds(Broadcast<JavaSerialized<ReplicaPlan>> plan, long number)
      implements FlatMapFunction<Iterator<OwnShard>, RoundResult> {
    @Override
    public Iterator<RoundResult> call(Iterator<OwnShard> own) {
      InProcessRounds opened = OPEN.get(number);
      if (opened == null) {
        throw new IllegalStateException("The rounds are over, or in another process");
      }
      opened.arrive(TaskContext.getPartitionId());
      ReplicaPlan replicaPlan = plan.value().open();
      List<OwnShard> shards = new ArrayList<>();
      own.forEachRemaining(shards::add);
      for (Optional<Turn> next = opened.await(shards);
          next.isPresent();
          next = opened.await(shards)) {
        RoundPlan round = next.get().plan;
        OwnShard one = next.get().shard;
        opened.answer(
            one.replica,
            NetworkPool.ofThisJvm()
                .with(
                    replicaPlan.spec(),
                    live -> LocalTraining.train(live, replicaPlan, round, one.replica, one.shard)));
      }
      return Collections.emptyIterator();
    }
  }
}
