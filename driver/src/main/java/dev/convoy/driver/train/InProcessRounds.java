package dev.convoy.driver.train;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
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
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Rounds as one Spark job, where driver and tasks are one process and there is a task slot for each
 * replica: its tasks stay, take the plan of each round from the driver, and hand their results over
 * in memory. A Spark job for each round costs some 30 ms.
 *
 * <p>A task keeps nothing from round to round, so that one that is started again goes on with the
 * round at hand. There is one such job in a process at a time: two could wait for each other's
 * slots.
 */
final class InProcessRounds implements AutoCloseable {
  private static final Map<Long, InProcessRounds> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long POLL_MILLIS = 100;

  /** After this time slots are taken by other jobs, which may take them for good. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final long number = NUMBERS.incrementAndGet();
  private final int replicas;
  private final Set<Integer> present = new HashSet<>();
  private final Map<Integer, RoundResult> results = new TreeMap<>();
  private JavaFutureAction<List<RoundResult>> job;
  private RoundPlan plan;
  private boolean over;

  private InProcessRounds(int replicas) {
    this.replicas = replicas;
  }

  /**
   * Starts the tasks.
   *
   * @param shards one partition for each replica
   * @return empty if not all of them have a slot, or others stay in this process
   */
  static Optional<InProcessRounds> open(
      JavaRDD<ShardBlock> shards, Broadcast<ReplicaPlan> replicaPlan) {
    InProcessRounds rounds = new InProcessRounds(shards.getNumPartitions());
    synchronized (OPEN) {
      if (!OPEN.isEmpty()) {
        return Optional.empty();
      }
      OPEN.put(rounds.number, rounds);
    }
    boolean open = false;
    try {
      rounds.job =
          shards
              .mapPartitionsWithIndex(new TrainRounds(replicaPlan, rounds.number), true)
              .collectAsync();
      open = rounds.allPresent();
      return open ? Optional.of(rounds) : Optional.empty();
    } finally {
      if (!open) {
        rounds.close();
      }
    }
  }

  private synchronized boolean allPresent() {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (present.size() < replicas && System.nanoTime() < until) {
      pause();
    }
    return present.size() == replicas;
  }

  /**
   * Runs a round.
   *
   * @return in the order of the replicas
   */
  synchronized List<RoundResult> run(RoundPlan next) {
    results.clear();
    plan = next;
    notifyAll();
    while (results.size() < replicas) {
      pause();
    }
    return List.copyOf(results.values());
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

  private synchronized void arrive(int replica) {
    present.add(replica);
    notifyAll();
  }

  /** The plan of the next round for a replica, or empty if there is none. */
  private synchronized Optional<RoundPlan> await(int replica) {
    while (!over && (plan == null || results.containsKey(replica))) {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException();
      }
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException();
      }
    }
    return over ? Optional.empty() : Optional.of(plan);
  }

  private synchronized void answer(int replica, RoundResult result) {
    results.put(replica, result);
    notifyAll();
  }

  /** Ends the tasks and waits until they have ended, so that their slots are free. */
  @Override
  public void close() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    try {
      if (job != null) {
        end();
      }
    } finally {
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

  /** The task of one replica: round after round as they are planned. */
  private record TrainRounds(Broadcast<ReplicaPlan> plan, long number)
      implements Function2<Integer, Iterator<ShardBlock>, Iterator<RoundResult>> {
    @Override
    public Iterator<RoundResult> call(Integer replica, Iterator<ShardBlock> blocks) {
      InProcessRounds opened = OPEN.get(number);
      if (opened == null) {
        throw new IllegalStateException("The rounds are over, or in another process");
      }
      opened.arrive(replica);
      ReplicaPlan replicaPlan = plan.value();
      Shard shard = Shard.of(blocks, replicaPlan.examples().bytes());
      for (Optional<RoundPlan> next = opened.await(replica);
          next.isPresent();
          next = opened.await(replica)) {
        RoundPlan round = next.get();
        opened.answer(
            replica,
            NetworkPool.ofThisJvm()
                .with(
                    replicaPlan.spec(),
                    live -> LocalTraining.train(live, replicaPlan, round, replica, shard)));
      }
      return Collections.emptyIterator();
    }
  }
}
