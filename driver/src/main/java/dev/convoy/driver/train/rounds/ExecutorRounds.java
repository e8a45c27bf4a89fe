package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.spark.CachedPartitions;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.train.exchange.Address;
import dev.convoy.driver.train.exchange.Coordinator;
import dev.convoy.driver.train.exchange.ExchangeMember;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.ReplicaBuffers;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Rounds in tasks that keep running on executors. They run in one barrier stage, so that all start
 * together, and exchange their vectors among themselves.
 *
 * <p>The driver keeps the last state that it has fetched, and the plans of the rounds since. When
 * an executor is lost, it starts the tasks again from that state and repeats these rounds, which
 * give the same bits. It fetches the state for checkpoints and validations, and at least every
 * {@value #FETCH_SECONDS} seconds of training.
 */
final class ExecutorRounds implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ExecutorRounds.class.getName());
  private static final long FETCH_SECONDS = 60;

  /** Starts of the tasks in a row that may end without a round. */
  private static final int MOST_FAILURES = 3;

  /** Time without a new slot after which a lost executor is not expected back. */
  private static final Duration RETURN_TIME = Duration.ofSeconds(15);

  /** Time to wait for slots that other jobs of the application hold. */
  private static final long SLOT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final JavaSparkContext spark;
  private final JavaRDD<ShardBlock> shards;
  private final Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan;
  private final ExchangePlan plan;
  private final Runnable warmUp;
  private final OtherJobs others;
  private final List<RoundPlan> sinceFetch = new ArrayList<>();
  private AveragedState fetched;
  private long fetchedNanos;
  private RemoteState current;
  private Supplier<AveragedState> latest;
  private int done;
  private int failures;
  private int taskCount;
  private boolean slotsWanted;
  private Optional<Tasks> tasks = Optional.empty();

  /**
   * Creates rounds, whose tasks the first round starts.
   *
   * @param shards one partition for each replica, all of them cached
   * @param warmUp caches lost partitions again, and builds networks
   */
  ExecutorRounds(
      JavaSparkContext spark,
      JavaRDD<ShardBlock> shards,
      Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan,
      ExchangePlan plan,
      Runnable warmUp) {
    this.spark = spark;
    this.shards = shards;
    this.replicaPlan = replicaPlan;
    this.plan = plan;
    this.warmUp = warmUp;
    this.others = new OtherJobs("executors-" + UUID.randomUUID(), this::yieldSlots);
    spark.sc().addSparkListener(others);
  }

  /** Waits until the executors have slots for all replicas, or no more slots come. */
  static void awaitSlots(JavaSparkContext context, int replicas) {
    Slots.await(() -> SparkProcess.taskSlots(context.sc()), replicas, Slots.QUIET);
  }

  /** A round and the state after it. */
  record Round(Coordinator.Outcome outcome, Supplier<AveragedState> state) {}

  /** A state that the tasks have, until the driver asks for it. */
  private final class RemoteState implements Supplier<AveragedState> {
    private AveragedState here;

    @Override
    public AveragedState get() {
      synchronized (ExecutorRounds.this) {
        if (here == null) {
          if (latest != this) {
            throw new IllegalStateException("The tasks have a later state");
          }
          here = fetch();
        }
        return here;
      }
    }
  }

  /** A running job. */
  private record Tasks(
      JavaFutureAction<List<Object>> job,
      Coordinator coordinator,
      Broadcast<JavaSerialized<AveragedState>> state) {

    void require() {
      if (job.isDone()) {
        throw new JobEndedException(failure());
      }
    }

    /** The failure of the job, which has ended. */
    private Throwable failure() {
      try {
        job.get();
        return new IllegalStateException("The tasks ended before their rounds were over");
      } catch (ExecutionException e) {
        return e.getCause();
      } catch (CancellationException e) {
        return e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return e;
      }
    }

    /** Waits for the end of the job, which was told to end. */
    void awaitEnd() {
      try {
        job.get();
      } catch (ExecutionException e) {
        // The rounds are over, and their state is here.
        LOG.log(System.Logger.Level.DEBUG, "The tasks failed at their end", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ExceptionUtils.rethrow(e);
      }
    }
  }

  /** Thrown when some tasks get no slot. */
  private static final class NoSlotsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Thrown when the job of the tasks has ended unexpectedly. */
  private static final class JobEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobEndedException(Throwable cause) {
      super(cause);
    }
  }

  /**
   * Runs a round.
   *
   * @param start state before the round
   * @param round plan of the round, whose vectors are ignored
   * @param check throws if the run has diverged; the state is then the one before the round
   * @return empty if other jobs hold the slots
   */
  synchronized Optional<Round> run(
      Supplier<AveragedState> start, RoundPlan round, Consumer<Coordinator.Outcome> check) {
    if (start != latest) {
      endTasks();
      fetched(start.get());
      latest = start;
    }
    while (tasks.isEmpty() && sinceFetch.isEmpty()) {
      try {
        if (!launch(SLOT_TIMEOUT_NANOS)) {
          return Optional.empty();
        }
      } catch (Coordinator.LostException | JobEndedException e) {
        recover(e);
      }
    }
    sinceFetch.add(round);
    Coordinator.Outcome outcome = catchUp();
    try {
      check.accept(outcome);
    } catch (DivergedException e) {
      endTasks();
      sinceFetch.remove(sinceFetch.size() - 1);
      throw e;
    }
    current = new RemoteState();
    latest = current;
    if (slotsWanted) {
      freeSlots();
    } else if (System.nanoTime() - fetchedNanos > TimeUnit.SECONDS.toNanos(FETCH_SECONDS)) {
      current.get();
    }
    return Optional.of(new Round(outcome, latest));
  }

  private AveragedState fetch() {
    while (true) {
      if (sinceFetch.isEmpty()) {
        return fetched;
      }
      catchUp();
      Tasks running = tasks.orElseThrow();
      try {
        fetched(running.coordinator.state(fetched.runningMean(), running::require));
      } catch (Coordinator.LostException | JobEndedException e) {
        recover(e);
      }
    }
  }

  private void fetched(AveragedState state) {
    fetched = state;
    fetchedNanos = System.nanoTime();
    sinceFetch.clear();
    done = 0;
  }

  /** Runs all rounds that the tasks have not run yet; returns the outcome of the last one. */
  private Coordinator.Outcome catchUp() {
    Coordinator.Outcome outcome = null;
    while (done < sinceFetch.size()) {
      try {
        if (tasks.isEmpty()) {
          launch(Long.MAX_VALUE);
        }
        Tasks running = tasks.orElseThrow();
        outcome = running.coordinator.run(sinceFetch.get(done), running::require);
        done++;
        failures = 0;
      } catch (Coordinator.LostException | JobEndedException e) {
        recover(e);
      }
    }
    return outcome;
  }

  /** Ends what is left of the tasks after a failure, so that the next round starts them again. */
  private void recover(RuntimeException failure) {
    Tasks failed = tasks.orElseThrow();
    failures++;
    failed.job.cancel(true);
    Throwable ended = failed.failure();
    Throwable cause =
        failure instanceof JobEndedException
            ? failure.getCause()
            : ended instanceof CancellationException ? failure : ended;
    stopTasks();
    if (failures >= MOST_FAILURES) {
      ExceptionUtils.rethrow(cause);
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "The tasks of the rounds have failed ({0}): they start again and repeat {1} rounds",
        firstLine(cause),
        done);
    done = 0;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Starts the tasks with the state that was fetched last.
   *
   * @param timeoutNanos time to wait for all tasks to run
   * @return whether they run
   */
  private boolean launch(long timeoutNanos) {
    if (failures > 0) {
      Slots.await(() -> SparkProcess.taskSlots(spark.sc()), taskCount, RETURN_TIME);
      warmUp.run();
    }
    int count = Math.max(1, Math.min(plan.replicas(), SparkProcess.taskSlots(spark.sc())));
    int executors = Math.max(1, spark.sc().statusTracker().getExecutorInfos().length - 1);
    taskCount = count;
    Coordinator coordinator = new Coordinator(count);
    Broadcast<JavaSerialized<AveragedState>> state = JavaSerialized.broadcast(spark, fetched);
    String name = "rounds-" + UUID.randomUUID();
    JavaFutureAction<List<Object>> job =
        others.submit(
            spark.sc(),
            () ->
                CachedPartitions.of(shards, count, executors)
                    .barrier()
                    .mapPartitions(
                        new TakePart(
                            name,
                            RoundsWay.isApart(spark),
                            coordinator.address(),
                            plan,
                            replicaPlan),
                        false,
                        ClassTag$.MODULE$.apply(Object.class))
                    .toJavaRDD()
                    .collectAsync());
    Tasks launched = new Tasks(job, coordinator, state);
    tasks = Optional.of(launched);
    slotsWanted = false;
    done = 0;
    if (!awaitAllTasks(launched, timeoutNanos)) {
      job.cancel(true);
      launched.failure();
      stopTasks();
      return false;
    }
    coordinator.start(state);
    return true;
  }

  private static boolean awaitAllTasks(Tasks launched, long timeoutNanos) {
    long start = System.nanoTime();
    try {
      launched.coordinator.awaitTasks(
          () -> {
            launched.require();
            if (System.nanoTime() - start > timeoutNanos) {
              throw new NoSlotsException();
            }
          });
      return true;
    } catch (NoSlotsException e) {
      return false;
    }
  }

  /**
   * Frees the slots of the tasks after the current round, for another job that has started. The
   * state is fetched before.
   */
  private void yieldSlots() {
    Thread yielding =
        new Thread(
            () -> {
              synchronized (this) {
                if (tasks.isPresent()) {
                  freeSlots();
                }
              }
            },
            "convoy-free-slots");
    yielding.setDaemon(true);
    yielding.start();
  }

  /** Fetches the state and ends the tasks, for a job that needs their slots. */
  synchronized void freeSlots() {
    slotsWanted = false;
    if (tasks.isPresent()) {
      if (current != null && latest == current) {
        current.get();
      }
      endTasks();
    }
  }

  private void endTasks() {
    tasks.ifPresent(
        running -> {
          running.coordinator.end();
          running.awaitEnd();
          stopTasks();
        });
    done = 0;
  }

  /** Frees what belongs to the tasks, which have ended. */
  private void stopTasks() {
    Tasks ended = tasks.orElseThrow();
    tasks = Optional.empty();
    ended.coordinator.close();
    ended.state.destroy();
  }

  @Override
  public synchronized void close() {
    try {
      endTasks();
    } finally {
      spark.sc().removeSparkListener(others);
    }
  }

  /** A task: trains its replicas round after round. */
  private static final class TakePart
      extends AbstractFunction1<Iterator<CachedPartitions.Cached<ShardBlock>>, Iterator<Object>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String job;
    private final boolean apart;
    private final Address driver;
    private final ExchangePlan plan;
    private final Broadcast<JavaSerialized<ReplicaPlan>> replicaPlan;

    TakePart(
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
      SortedMap<Integer, ExchangeMember.Training> own = new TreeMap<>();
      while (cached.hasNext()) {
        CachedPartitions.Cached<ShardBlock> partition = cached.next();
        Shard shard = Shard.of(partition.elements(), opened.examples().bytes());
        ReplicaBuffers buffers = new ReplicaBuffers();
        own.put(
            partition.index(), round -> train(opened, round, partition.index(), shard, buffers));
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
}
