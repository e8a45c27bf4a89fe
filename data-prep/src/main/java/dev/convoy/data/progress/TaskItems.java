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
 * One part of work whose items are done by Spark tasks. Tasks add to {@link #counter}; the listener
 * hears of finished tasks at once, and of running ones with the heartbeat of their executor ({@code
 * spark.executor.heartbeatInterval}). What a failed attempt has done is taken back.
 */
public final class TaskItems implements AutoCloseable {
  private final SparkContext spark;
  private final WorkListener listener;
  private final LongAccumulator counter;
  private final Heard heard = new Heard();

  /** Begins a part of work; arguments as of {@link WorkListener#begin}. */
  public TaskItems(
      SparkContext spark, WorkListener listener, String part, String items, OptionalLong total) {
    this.spark = spark;
    this.listener = listener;
    this.counter = spark.longAccumulator(part + " " + items);
    listener.begin(part, items, total);
    spark.addSparkListener(heard);
  }

  /** Tasks add 1 to it for every item that they have done. */
  public LongAccumulator counter() {
    return counter;
  }

  /** Ends the part, and tells what finished tasks have done: Spark may not have told it all yet. */
  @Override
  public void close() {
    spark.removeSparkListener(heard);
    heard.tellAtLeast(counter.value());
    listener.end();
  }

  private final class Heard extends SparkListener {
    private final Map<Long, Long> running = new HashMap<>();
    private long finished;
    private long told;
    private boolean closed;

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      JavaConverters.seqAsJavaList(update.accumUpdates())
          .forEach(
              task ->
                  JavaConverters.seqAsJavaList(task._4())
                      .forEach(
                          count -> ifOurs(count, items -> running.put((Long) task._1(), items))));
      tell();
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
      tell();
    }

    private void ifOurs(AccumulableInfo count, Consumer<Long> use) {
      if (count.id() == counter.id() && count.update().isDefined()) {
        use.accept((Long) count.update().get());
      }
    }

    /** Tells the last number, whatever events are still on their way. */
    synchronized void tellAtLeast(long items) {
      closed = true;
      listener.at(Math.max(told, items));
    }

    private synchronized void tell() {
      if (closed) {
        return;
      }
      told = finished + running.values().stream().mapToLong(Long::longValue).sum();
      listener.at(told);
    }
  }
}
