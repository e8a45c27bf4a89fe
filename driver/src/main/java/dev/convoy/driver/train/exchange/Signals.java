package dev.convoy.driver.train.exchange;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * The lock of the tasks of one executor, on which they wait for each other and for the network. A
 * failure, or the end of its task, ends every wait.
 */
final class Signals {
  private static final long POLL_MILLIS = 100;

  private RuntimeException failure;

  /** Wakes all tasks that wait. The lock must be held. */
  void changed() {
    notifyAll();
  }

  /** Ends all waits, of now and later, with a failure; the first failure counts. */
  synchronized void fail(RuntimeException why) {
    if (failure == null) {
      failure = why;
    }
    notifyAll();
  }

  /** Throws the failure, if there is one. */
  synchronized void requireNoFailure() {
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /**
   * Waits until a value is there.
   *
   * @param value asked with the lock held
   */
  synchronized <T> T await(Supplier<Optional<T>> value) {
    Optional<T> found = value.get();
    while (found.isEmpty()) {
      requireNoFailure();
      TaskContext task = TaskContext.get();
      if (task != null && task.isInterrupted()) {
        throw new TaskKilledException();
      }
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException();
      }
      found = value.get();
    }
    return found.get();
  }
}
