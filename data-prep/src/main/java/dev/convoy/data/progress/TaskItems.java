package dev.convoy.data.progress;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.collection.JavaConverters;

/**
 * One part of the work, whose items are done by Spark tasks. Tasks add to {@link #counter}. The
 * listener is told of finished tasks at once, and of running ones with the heartbeat of their
 * executor ({@code spark.executor.heartbeatInterval}). Items of a failed attempt are subtracted
 * again.
 */
public final class TaskItems implements AutoCloseable {
  private final SparkContext spark;
  private final WorkListener listener;
  private final LongAccumulator counter;
  private final Events events = new Events();

  /** Begins a part of the work; the arguments are those of {@link WorkListener#begin}. */
  public TaskItems(
      SparkContext spark, WorkListener listener, String part, String items, OptionalLong total) {
    this.spark = spark;
    this.listener = listener;
    this.counter = spark.longAccumulator(part + " " + items);
    listener.begin(part, items, total);
    spark.addSparkListener(events);
  }

  /** The counter that tasks increment for every finished item. */
  public LongAccumulator counter() {
    return counter;
  }

  /**
   * Ends the part, and reports all items of finished tasks: Spark may not have delivered all of its
   * events yet.
   */
  @Override
  public void close() {
    spark.removeSparkListener(events);
    events.reportFinal(counter.value());
    listener.end();
  }

  private final class Events extends SparkListener {
    private final Map<Long, Long> running = new HashMap<>();
    private long finished;
    private long reported;
    private boolean closed;

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      JavaConverters.seqAsJavaList(update.accumUpdates())
          .forEach(
              task ->
                  JavaConverters.seqAsJavaList(task._4())
                      .forEach(
                          count -> ifOurs(count, items -> running.put((Long) task._1(), items))));
      report();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo() == null) {
        return;
      }
      running.remove(end.taskInfo().taskId());
      if (end.taskInfo().successful()) {
        JavaConverters.seqAsJavaList(end.taskInfo().accumulables().toSeq())
            .forEach(count -> ifOurs(count, items -> finished += items));
      }
      report();
    }

    private void ifOurs(AccumulableInfo count, Consumer<Long> use) {
      if (count.id() == counter.id() && count.update().isDefined()) {
        use.accept((Long) count.update().get());
      }
    }

    /** Reports the final number, even if events are still to be delivered. */
    synchronized void reportFinal(long items) {
      closed = true;
      listener.progress(Math.max(reported, items));
    }

    private synchronized void report() {
      if (closed) {
        return;
      }
      reported = finished + running.values().stream().mapToLong(Long::longValue).sum();
      listener.progress(reported);
    }
  }
}
