package dev.convoy.driver.train.rounds;

import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.train.exchange.Coordinator;
import dev.convoy.worker.averaging.AveragedState;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.broadcast.Broadcast;

/**
 * The job of tasks that keep running on executors.
 *
 * @param state that the tasks start from
 */
record ExecutorJob(
    JavaFutureAction<List<Object>> job,
    Coordinator coordinator,
    Broadcast<JavaSerialized<AveragedState>> state) {
  private static final System.Logger LOG = System.getLogger(ExecutorJob.class.getName());
  private static final int PATIENCE_SECONDS = 10;

  void require() {
    if (job.isDone()) {
      throw new EndedException(failure());
    }
  }

  /**
   * The failure of the job. Spark may learn of a failed task later than the driver of the rounds
   * learns that its connection has ended, so this waits for a while before it cancels the job.
   */
  Throwable failure() {
    try {
      job.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new IllegalStateException("The tasks ended before their rounds were over");
    } catch (TimeoutException e) {
      job.cancel(true);
      return e;
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

  /** Thrown when the job of the tasks has ended unexpectedly. */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndedException(Throwable cause) {
      super(cause);
    }
  }
}
