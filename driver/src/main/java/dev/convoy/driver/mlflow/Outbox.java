package dev.convoy.driver.mlflow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The points of a run that a server may lack, numbered from 0. Those before the last start are read
 * from the log of the run when they are needed. Later ones are kept in memory, up to a limit: what
 * comes after that is read from the log at the end of the run.
 *
 * <p>The training adds points, and another thread takes them.
 */
final class Outbox {
  private final Supplier<List<MetricPoint>> log;
  private final int capacity;
  private final Deque<MetricPoint> queue = new ArrayDeque<>();

  /** Number of the first point of the queue. */
  private int first;

  private int added;
  private boolean isFull;

  /** Of the thread that takes points. */
  private List<MetricPoint> logged = List.of();

  /**
   * An outbox.
   *
   * @param inLog number of points in the log now
   * @param log reads all points of the log
   * @param capacity most points in memory
   */
  Outbox(int inLog, Supplier<List<MetricPoint>> log, int capacity) {
    this.log = log;
    this.capacity = capacity;
    this.first = inLog;
    this.added = inLog;
  }

  synchronized void add(MetricPoint point) {
    added++;
    isFull |= queue.size() >= capacity;
    if (!isFull) {
      queue.addLast(point);
    }
  }

  /** Called when the log is closed, and has all points. */
  synchronized void close() {
    if (isFull) {
      queue.clear();
      isFull = false;
      first = added;
    }
  }

  /** Returns how many points there are after some. */
  synchronized int after(int sent) {
    return Math.max(0, added - sent);
  }

  /**
   * Returns the next points, and forgets those before them. Only one thread may call it: the log is
   * read without blocking the others.
   *
   * @param sent number of points that the server has
   */
  List<MetricPoint> next(int sent, int most) {
    int fromLog = firstInMemory();
    if (sent >= fromLog) {
      logged = List.of();
      return queued(sent, most);
    }
    if (logged.size() < fromLog) {
      logged = log.get();
    }
    int end = Math.min(Math.min(fromLog, logged.size()), sent + most);
    return end <= sent ? List.of() : logged.subList(sent, end);
  }

  private synchronized int firstInMemory() {
    return first;
  }

  private synchronized List<MetricPoint> queued(int sent, int most) {
    while (first < sent && !queue.isEmpty()) {
      queue.removeFirst();
      first++;
    }
    return first == sent ? queue.stream().limit(most).toList() : List.of();
  }
}
