package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.train.StoppedException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Watches the cluster manager during a command, and explains why it has ended the application. A
 * command that has lost its master and all executors would wait for ever, so its jobs are
 * cancelled.
 */
final class ClusterWatch implements AutoCloseable {
  /** Time that a new master may take to start new executors. */
  private static final int PATIENCE_SECONDS = 60;

  private static final int POLL_SECONDS = 5;

  /** Executors that may end in succession while no other is running. */
  private static final int MAX_STARTS = 10;

  private static final String KILLED = "Master removed our application: KILLED";
  private static final String FAILED = "Master removed our application: FAILED";

  private final Console console;
  private final String command;
  private final String master;
  private final String memory;
  private final ClusterLog log;
  private final ScheduledExecutorService timer;
  private SparkContext spark;
  private boolean masterIsLost;
  private boolean warnedOfMaster;
  private boolean warnedOfWaiting;
  private int secondsAlone;
  private int endedInARow;
  private String lastExecutor = "";
  private String reason = "";

  ClusterWatch(Console console, String command, SparkConf conf) {
    this.console = console;
    this.command = command;
    this.master = conf.get("spark.master");
    this.memory = conf.get("spark.executor.memory", "1g");
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "convoy-cluster-watch");
              thread.setDaemon(true);
              return thread;
            });
    this.log = ClusterLog.readBy(this::read);
  }

  /** Starts to poll the executors. */
  synchronized void start(SparkContext context) {
    spark = context;
    // It fails when Spark has been stopped, and then there is nothing left to poll.
    Future<?> unused =
        timer.scheduleWithFixedDelay(this::poll, POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void read(ClusterLog.Kind kind, String detail) {
    switch (kind) {
      case ENDED -> end(detail);
      case EXECUTOR_ENDED -> {
        lastExecutor = detail.lines().findFirst().orElse("");
        endedInARow++;
      }
      case MASTER_BACK -> masterIsLost = false;
      case MASTER_LOST -> {
        masterIsLost = true;
        if (!warnedOfMaster) {
          warnedOfMaster = true;
          console.warn(
              "The Spark master "
                  + master
                  + " was lost; the command goes on with the executors that it has.");
        }
      }
      case WAITING -> {
        if (!warnedOfWaiting) {
          warnedOfWaiting = true;
          console.warn(waitingMessage());
        }
      }
    }
  }

  private String waitingMessage() {
    return "The command waits for a first executor: "
        + master
        + " has given it none yet (is there a worker with a free core and "
        + memory
        + " of free memory, spark.executor.memory? Other applications may hold them"
        + (lastExecutor.isEmpty() ? ")." : "; an executor has ended: " + lastExecutor + ").");
  }

  private void end(String why) {
    if (reason.isEmpty()) {
      reason = why.lines().findFirst().orElse("");
    }
  }

  private synchronized void poll() {
    boolean none = spark.statusTracker().getExecutorInfos().length <= 1;
    endedInARow = none ? endedInARow : 0;
    secondsAlone = none && masterIsLost ? secondsAlone + POLL_SECONDS : 0;
    if (secondsAlone >= PATIENCE_SECONDS) {
      end("its master and all executors were lost");
    } else if (endedInARow >= MAX_STARTS) {
      // A master gives up only executors whose process cannot be started.
      end(FAILED);
    }
    if (!reason.isEmpty() && none) {
      spark.cancelAllJobs(); // At every poll, since the next job may not have started yet.
    }
  }

  /**
   * Returns the explanation of a failure if the cluster manager has ended the application.
   *
   * @param isStopped whether Spark was stopped while the command was running
   */
  synchronized Optional<JobFailedException> explain(Throwable failure, boolean isStopped) {
    if (failure instanceof InvalidRequestException || failure instanceof StoppedException) {
      return Optional.empty();
    }
    if (!reason.isEmpty()) {
      return Optional.of(new JobFailedException(describe() + remedy(), failure));
    }
    return isStopped && Failures.rootLine(failure).contains("SparkContext")
        ? Optional.of(
            new JobFailedException(
                "Spark was stopped while the command was running (by a signal to this process, or"
                    + " by the cluster manager; --verbose shows Spark's log)"
                    + remedy(),
                failure))
        : Optional.empty();
  }

  private String describe() {
    return switch (reason) {
      case KILLED -> "The Spark master " + master + " removed the application: it was killed there";
      case FAILED ->
          "Every executor that the Spark master "
              + master
              + " started for the application ended at once"
              + Optional.of(lastExecutor)
                  .filter(how -> !how.isEmpty())
                  .map(s -> ", " + s)
                  .orElse("")
              + " (their output is on the workers: work/app-*/*/stderr; if the workers'"
              + " user has no entry in /etc/passwd, add one, or copy Convoy's jar there and set"
              + " spark.executor.extraJavaOptions=-javaagent:JAR)";
      default -> "The application on " + master + " was ended: " + reason.replaceFirst("[.!]$", "");
    };
  }

  private String remedy() {
    return switch (command) {
      case "train" -> "; the same command continues from the run's newest checkpoint";
      case "quickstart" -> "; start again with --overwrite";
      default -> "; run the command again";
    };
  }

  @Override
  public void close() {
    timer.shutdownNow();
    log.close();
  }
}
