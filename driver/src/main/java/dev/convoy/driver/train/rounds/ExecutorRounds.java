package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.spark.CachedPartitions;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.Executors;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.train.exchange.Coordinator;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

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

  /** Time for a lost executor to come back. */
  private static final Duration RETURN_TIME = Duration.ofSeconds(15);

  /** Time to wait for slots that other jobs of the application hold. */
  private static final long SLOT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The start of Spark's message about a job that was cancelled. */
  private static final Pattern CANCELLED = Pattern.compile("^Job \\d+ cancelled");

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
  private volatile boolean slotsWanted;
  private Optional<ExecutorJob> tasks = Optional.empty();

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

  /** A round and the state after it. */
  record Round(Coordinator.Outcome outcome, Supplier<AveragedState> state) {}

  /** A state that the tasks have, until the driver asks for it. */
  private final class RemoteState implements Supplier<AveragedState> {
    private final boolean isComplete;
    private AveragedState here;

    RemoteState(boolean isComplete) {
      this.isComplete = isComplete;
    }

    @Override
    public AveragedState get() {
      synchronized (ExecutorRounds.this) {
        if (here == null) {
          if (!isComplete) {
            throw new IllegalStateException("The averaging of the round is still going on");
          }
          if (latest != this) {
            throw new IllegalStateException("The tasks have a later state");
          }
          here = fetch();
        }
        return here;
      }
    }
  }

  /** Thrown when some tasks get no slot. */
  private static final class NoSlotsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
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
      } catch (Coordinator.LostException | ExecutorJob.EndedException e) {
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
    current = new RemoteState(!round.isOverlapped());
    latest = current;
    if (round.isOverlapped()) {
      return Optional.of(new Round(outcome, latest));
    }
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
      ExecutorJob running = tasks.orElseThrow();
      try {
        fetched(running.coordinator().state(fetched.runningMean(), running::require));
      } catch (Coordinator.LostException | ExecutorJob.EndedException e) {
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
        ExecutorJob running = tasks.orElseThrow();
        outcome = running.coordinator().run(sinceFetch.get(done), running::require);
        done++;
        failures = 0;
      } catch (Coordinator.LostException | ExecutorJob.EndedException e) {
        recover(e);
      }
    }
    return outcome;
  }

  /** Ends what is left of the tasks after a failure, so that the next round starts them again. */
  private void recover(RuntimeException failure) {
    ExecutorJob failed = tasks.orElseThrow();
    failures++;
    Throwable ended = failed.failure();
    boolean isUnknown = ended instanceof TimeoutException || ended instanceof CancellationException;
    Throwable seen =
        failure instanceof ExecutorJob.EndedException
            ? failure.getCause()
            : isUnknown ? failure : ended;
    Throwable cause = failed.coordinator().failure().orElse(seen);
    stopTasks();
    if (failures >= MOST_FAILURES || isCancelled(seen)) {
      ExceptionUtils.rethrow(cause);
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} rounds are trained again, with the same result, because {1}",
        done,
        failed
            .coordinator()
            .failure()
            .map(why -> "a task has failed: " + firstLine(why))
            .orElse("an executor was lost"));
    done = 0;
  }

  /** Whether someone has cancelled the job, as when the cluster is lost or the session ends. */
  private static boolean isCancelled(Throwable cause) {
    return CANCELLED.matcher(String.valueOf(cause.getMessage())).find();
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
      Executors.awaitSlots(spark, taskCount, RETURN_TIME);
      others.run(spark.sc(), warmUp);
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
                        new ExecutorTask(
                            name,
                            RoundsWay.isApart(spark),
                            coordinator.address(),
                            plan,
                            replicaPlan),
                        false,
                        ClassTag$.MODULE$.apply(Object.class))
                    .toJavaRDD()
                    .collectAsync());
    ExecutorJob launched = new ExecutorJob(job, coordinator, state);
    tasks = Optional.of(launched);
    slotsWanted = false;
    done = 0;
    if (!awaitAllTasks(launched, timeoutNanos)) {
      job.cancel(true);
      stopTasks();
      return false;
    }
    coordinator.start(state);
    return true;
  }

  private static boolean awaitAllTasks(ExecutorJob launched, long timeoutNanos) {
    long start = System.nanoTime();
    try {
      launched
          .coordinator()
          .awaitTasks(
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
   * state is fetched before, which a thread of Spark must not wait for.
   */
  private void yieldSlots() {
    slotsWanted = true;
    Thread yielding = new Thread(this::freeSlots, "convoy-free-slots");
    yielding.setDaemon(true);
    yielding.start();
  }

  /**
   * Fetches the state and ends the tasks, for a job that needs their slots. If the averaging of the
   * last round is still going on, this happens after one of the next rounds.
   */
  synchronized void freeSlots() {
    if (current != null && latest == current && !current.isComplete) {
      return;
    }
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
          try {
            running.coordinator().end();
            running.awaitEnd();
          } finally {
            stopTasks();
          }
        });
    done = 0;
  }

  /** Frees what belongs to the tasks, which have ended. */
  private void stopTasks() {
    ExecutorJob ended = tasks.orElseThrow();
    tasks = Optional.empty();
    ended.coordinator().close();
    ended.state().destroy();
  }

  @Override
  public synchronized void close() {
    try {
      endTasks();
    } finally {
      spark.sc().removeSparkListener(others);
    }
  }
}
