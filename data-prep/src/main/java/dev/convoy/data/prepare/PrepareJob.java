package dev.convoy.data.prepare;

import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.SourceSlice;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Runs a {@link PrepareTask} on every part of an input, as one Spark job. */
final class PrepareJob {
  private static final int WAIT_MILLIS = 5_000;

  private PrepareJob() {}

  /**
   * Prepares all parts and returns the sum of the counts of every task's successful attempt, added
   * in the order of the parts.
   *
   * @param images incremented by the tasks for every image
   */
  static TaskCounts run(
      JavaSparkContext spark,
      PrepareTask task,
      InputParts parts,
      LongAccumulator images,
      TaskCounts total) {
    Configuration hadoop = spark.hadoopConfiguration();
    Broadcast<SerializableConfiguration> shared =
        spark.broadcast(new SerializableConfiguration(hadoop));
    try {
      Function<SourceSlice, byte[]> onSlice = slice -> runTask(task, slice, shared, images);
      parts.map(spark, onSlice).stream()
          .map(bytes -> SerializedBytes.unwrap(bytes, TaskCounts.class))
          .forEach(total::add);
      return total;
    } finally {
      shared.destroy();
    }
  }

  private static byte[] runTask(
      PrepareTask task,
      SourceSlice slice,
      Broadcast<SerializableConfiguration> hadoop,
      LongAccumulator images) {
    TaskContext context = TaskContext.get();
    Storage storage = new Storage(hadoop.value().value());
    return SerializedBytes.wrap(
        task.run(
            slice, storage, context.partitionId(), context::isInterrupted, () -> images.add(1)));
  }

  /**
   * Waits up to {@value #WAIT_MILLIS} ms until the tasks of a failed job have ended, so that none
   * of them writes after its files have been deleted.
   */
  static void awaitStragglers(JavaSparkContext spark) {
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
    for (var executor : spark.sc().statusTracker().getExecutorInfos()) {
      if (executor.numRunningTasks() > 0) {
        return true;
      }
    }
    return false;
  }
}
