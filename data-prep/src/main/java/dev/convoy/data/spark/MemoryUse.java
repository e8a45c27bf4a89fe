package dev.convoy.data.spark;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.status.api.v1.ExecutorSummary;

/**
 * The memory that the processes of an application use, in bytes.
 *
 * @param driverHeap heap of this process that is in use now, garbage included
 * @param driverHeapLimit largest heap of this process
 * @param executorHeapPeak largest heap that an executor has used since its start, as far as its
 *     heartbeats have told; 0 if that is not known, or there are no executors but this process
 * @param executorStorage largest memory of an executor that cached examples take, as Spark counts
 *     it
 */
public record MemoryUse(
    long driverHeap, long driverHeapLimit, long executorHeapPeak, long executorStorage) {

  /** Returns the memory of an application now. */
  public static MemoryUse of(SparkContext spark) {
    Runtime here = Runtime.getRuntime();
    long peak = 0;
    long storage = 0;
    var executors = spark.statusStore().executorList(true);
    for (int i = 0; i < executors.size(); i++) {
      ExecutorSummary executor = executors.apply(i);
      storage = Math.max(storage, executor.memoryUsed());
      if (!executor.id().equals("driver")) {
        peak = Math.max(peak, heapPeak(executor));
      }
    }
    return new MemoryUse(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        here.maxMemory(),
        peak,
        storage);
  }

  private static long heapPeak(ExecutorSummary executor) {
    Optional<ExecutorMetrics> metrics =
        executor.peakMemoryMetrics().isDefined()
            ? Optional.of(executor.peakMemoryMetrics().get())
            : Optional.empty();
    return metrics.map(one -> one.getMetricValue("JVMHeapMemory")).orElse(0L);
  }
}
