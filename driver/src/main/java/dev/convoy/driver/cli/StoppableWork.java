package dev.convoy.driver.cli;

import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.spark.RunningTasks;
import dev.convoy.driver.train.Interruption;
import dev.convoy.driver.train.StoppedException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Work on Spark that ends when a signal asks for it, as by Ctrl-C. The jobs of Spark are cancelled,
 * so that the work fails and cleans up as after any other failure, and a message says what there is
 * then. A second signal ends the process at once.
 */
final class StoppableWork implements AutoCloseable {
  private static final int POLL_MILLIS = 100;

  private final Interruption interruption = Interruption.listen();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "convoy stop");
            thread.setDaemon(true);
            return thread;
          });

  private StoppableWork() {}

  /** Starts to listen to signals. */
  static StoppableWork listen() {
    return new StoppableWork();
  }

  /**
   * Does work that a signal ends. Work that is done in spite of it returns its result.
   *
   * @param stopped what there is if the work was ended, and how it can be done
   * @throws StoppedException if a signal came, and the work has failed or not begun
   */
  <T> T run(SparkSession session, String stopped, Supplier<T> work) {
    SparkContext spark = session.sparkContext();
    requireRunning(spark, stopped, null);
    // Again and again, since the next job may not have started yet.
    Future<?> watch =
        timer.scheduleWithFixedDelay(
            () -> interruption.requested().ifPresent(stop -> spark.cancelAllJobs()),
            POLL_MILLIS,
            POLL_MILLIS,
            TimeUnit.MILLISECONDS);
    try {
      return work.get();
    } catch (Exception | Error e) { // Spark throws undeclared checked ones
      requireRunning(spark, stopped, e);
      throw e;
    } finally {
      watch.cancel(false);
    }
  }

  /**
   * Returns a listener to work that passes everything on, and fails the work where a part would
   * begin after a signal: a job may be too short to be cancelled.
   */
  WorkListener endingParts(WorkListener progress) {
    return new WorkListener() {
      @Override
      public void begin(String part, String items, OptionalLong total) {
        progress.begin(part, items, total);
        if (interruption.requested().isPresent()) {
          throw new IllegalStateException("a signal came before " + part);
        }
      }

      @Override
      public void progress(long done) {
        progress.progress(done);
      }

      @Override
      public void end() {
        progress.end();
      }
    };
  }

  private void requireRunning(SparkContext spark, String stopped, Throwable failure) {
    Optional<Interruption.Stop> stop = interruption.requested();
    if (stop.isPresent()) {
      if (!spark.isStopped()) {
        RunningTasks.await(JavaSparkContext.fromSparkContext(spark));
      }
      throw new StoppedException(stop.get(), "Stopped: " + stopped, failure);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    interruption.close();
  }
}
