package dev.convoy.benchmarks.averaging;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockUpdatedInfo;

/**
 * Bytes that Spark has moved and holds, measured in the same way for both systems. Spark creates
 * the listener by its name ({@code spark.extraListeners}), so its counts are static.
 */
public final class Transfers extends SparkListener {
  private static final String DRIVER = "driver";
  private static final Queue<Moved> MOVED = new ConcurrentLinkedQueue<>();
  private static final Map<String, Long> HELD = new ConcurrentHashMap<>();

  private record Moved(long micros, long bytes) {}

  /**
   * Returns the bytes moved between processes after one time and up to another, in microseconds
   * since 1970.
   */
  static long bytes(long after, long until) {
    return MOVED.stream()
        .filter(moved -> moved.micros > after && moved.micros <= until)
        .mapToLong(Moved::bytes)
        .sum();
  }

  /** Returns the bytes of broadcasts that the driver and the executors hold now. */
  static long heldByBroadcasts() {
    return HELD.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    long shuffled =
        end.taskMetrics() == null ? 0 : end.taskMetrics().shuffleWriteMetrics().bytesWritten();
    long result = end.taskMetrics() == null ? 0 : end.taskMetrics().resultSize();
    MOVED.add(
        new Moved(TimeUnit.MILLISECONDS.toMicros(end.taskInfo().finishTime()), shuffled + result));
  }

  @Override
  public void onBlockUpdated(SparkListenerBlockUpdated updated) {
    BlockUpdatedInfo info = updated.blockUpdatedInfo();
    if (!info.blockId().isBroadcast()) {
      return;
    }
    String executor = info.blockManagerId().executorId();
    String key = executor + "/" + info.blockId().name();
    if (!info.storageLevel().isValid()) {
      HELD.remove(key);
      return;
    }
    long bytes = info.memSize() + info.diskSize();
    if (HELD.put(key, bytes) == null && !executor.equals(DRIVER)) {
      MOVED.add(
          new Moved(TimeUnit.MILLISECONDS.toMicros(java.lang.System.currentTimeMillis()), bytes));
    }
  }
}
