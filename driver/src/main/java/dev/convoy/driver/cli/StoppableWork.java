package dev.convoy.driver.cli;

import dev.convoy.driver.train.Interruption;
import dev.convoy.driver.train.StoppedException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Work on Spark that ends when a signal asks for it, as by Ctrl-C. The jobs of Spark are cancelled,
 * so that the work fails and cleans up as after any other failure, and a message says what there is
 * then. A second signal ends the process at once.
 */
final class StoppableWork implements AutoCloseable {
  private static final int POLL_MILLIS = 100;

  private final Interruption interruption;
  private final ScheduledExecutorService timer;

  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the work
  private StoppableWork(SparkContext spark, Interruption interruption) {
    this.interruption = interruption;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "convoy stop");
              thread.setDaemon(true);
              return thread;
            });
    // Again and again, since the next job may not have started yet.
    timer.scheduleWithFixedDelay(
        () -> interruption.requested().ifPresent(stop -> spark.cancelAllJobs()),
        POLL_MILLIS,
        POLL_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Starts to listen to signals. */
  static StoppableWork on(SparkContext spark) {
    return new StoppableWork(spark, Interruption.listen());
  }

  /**
   * Does work that a signal ends. Work that is done in spite of it returns its result.
   *
   * @param stopped what there is if the work was ended, and how it can be done
   * @throws StoppedException if a signal came, and the work has failed or not begun
   */
  <T> T run(String stopped, Supplier<T> work) {
    requireRunning(stopped, null);
    try {
      return work.get();
    } catch (Exception | Error e) { // Spark throws undeclared checked ones
      requireRunning(stopped, e);
      throw e;
    }
  }

  private void requireRunning(String stopped, Throwable failure) {
    Optional<Interruption.Stop> stop = interruption.requested();
    if (stop.isPresent()) {
      throw new StoppedException(stop.get(), "Stopped: " + stopped, failure);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    interruption.close();
  }
}
