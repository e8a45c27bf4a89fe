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
}
