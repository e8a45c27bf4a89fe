package dev.convoy.data.spark;

import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/** Tasks that may still run after their job has failed or was cancelled. */
public final class RunningTasks {
  private static final int WAIT_MILLIS = 5_000;

  private RunningTasks() {}

  /**
   * Waits up to {@value #WAIT_MILLIS} ms until no task is running, so that none of a failed job
   * writes after its files have been deleted, or uses what is released.
   */
  public static void await(JavaSparkContext spark) {
    long end = System.nanoTime() + WAIT_MILLIS * 1_000_000L;
    while (isBusy(spark) && System.nanoTime() < end) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static boolean isBusy(JavaSparkContext spark) {
    for (SparkExecutorInfo executor : spark.sc().statusTracker().getExecutorInfos()) {
      if (executor.numRunningTasks() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Ends the task that runs on this thread if its job was cancelled. */
  public static void requireWanted() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new IllegalStateException("the task was cancelled");
    }
  }
}
