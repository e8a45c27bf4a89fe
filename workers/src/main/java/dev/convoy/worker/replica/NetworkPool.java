package dev.convoy.worker.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The networks of this JVM, lent to one task at a time.
 *
 * <p>A network is built for the first task that asks for its {@link GraphSpec}, and kept for the
 * next. There are never more than tasks at once. A job releases its networks at its end; those that
 * it does not reach, and those that nobody has asked for during {@value #IDLE_MINUTES} minutes, are
 * closed after that time.
 */
public final class NetworkPool {
  private static final long IDLE_MINUTES = 5;
  private static final NetworkPool JVM = new NetworkPool(TimeUnit.MINUTES.toNanos(IDLE_MINUTES));

  private final Map<GraphSpec<?>, List<Idle>> idle = new HashMap<>();
  private final long idleNanos;
  private boolean watched;

  private record Idle(NetworkThread<?> network, long sinceNanos) {}

  /** A pool that closes networks which were idle for so long. */
  NetworkPool(long idleNanos) {
    this.idleNanos = idleNanos;
  }

  /** The pool of this JVM. */
  public static NetworkPool ofThisJvm() {
    return JVM;
  }

  /** Does work on a network of that spec, on the network's own thread. */
  public <G extends OpenGraph, T> T with(GraphSpec<G> spec, NetworkThread.Work<? super G, T> work) {
    NetworkThread<G> network = borrow(spec);
    T result;
    try {
      result = network.call(work);
    } catch (RuntimeException | Error e) {
      // Its state is unknown, or it is still at work: it is not lent again.
      network.close();
      throw e;
    }
    giveBack(spec, network);
    return result;
  }

  /** Closes the idle networks of one job. */
  public void release(String owner) {
    List<NetworkThread<?>> closing = new ArrayList<>();
    synchronized (this) {
      idle.entrySet()
          .removeIf(
              entry -> {
                if (!entry.getKey().owner().equals(owner)) {
                  return false;
                }
                entry.getValue().forEach(one -> closing.add(one.network));
                return true;
              });
    }
    closing.forEach(NetworkThread::close);
  }

  synchronized int idleNetworks() {
    return idle.values().stream().mapToInt(List::size).sum();
  }

  @SuppressWarnings("unchecked") // What is idle under a spec was built of it.
  private <G extends OpenGraph> NetworkThread<G> borrow(GraphSpec<G> spec) {
    synchronized (this) {
      List<Idle> ready = idle.get(spec);
      if (ready != null && !ready.isEmpty()) {
        return (NetworkThread<G>) ready.remove(ready.size() - 1).network;
      }
    }
    return new NetworkThread<>(spec);
  }

  private synchronized void giveBack(GraphSpec<?> spec, NetworkThread<?> network) {
    idle.computeIfAbsent(spec, key -> new ArrayList<>()).add(new Idle(network, System.nanoTime()));
    if (!watched) {
      watched = true;
      Thread watch = new Thread(this::closeForgotten, "convoy-idle-networks");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /** Closes what has been idle for too long, until nothing is idle. */
  private void closeForgotten() {
    long rest = idleNanos;
    while (rest > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(rest);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the thread of the idle networks", e);
      }
      List<NetworkThread<?>> forgotten = new ArrayList<>();
      synchronized (this) {
        rest = removeForgotten(forgotten);
        watched = rest > 0;
      }
      forgotten.forEach(NetworkThread::close);
    }
  }

  /** Returns the nanoseconds until the next one will have been idle for too long, or 0. */
  private long removeForgotten(List<NetworkThread<?>> forgotten) {
    long now = System.nanoTime();
    long rest = 0;
    Iterator<List<Idle>> lists = idle.values().iterator();
    while (lists.hasNext()) {
      List<Idle> list = lists.next();
      list.removeIf(one -> now - one.sinceNanos >= idleNanos && forgotten.add(one.network));
      for (Idle one : list) {
        long left = idleNanos - (now - one.sinceNanos);
        rest = rest == 0 ? left : Math.min(rest, left);
      }
      if (list.isEmpty()) {
        lists.remove();
      }
    }
    return rest;
  }
}
