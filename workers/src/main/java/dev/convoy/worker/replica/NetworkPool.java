package dev.convoy.worker.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The pool of networks in this JVM; each is lent to one task at a time.
 *
 * <p>A network is built for the first task that requests its {@link GraphSpec}, and kept for the
 * next. There are never more networks in use than concurrent tasks. A job releases its networks at
 * its end; any that remain are closed after {@value #IDLE_MINUTES} idle minutes.
 */
public final class NetworkPool {
  private static final long IDLE_MINUTES = 5;
  private static final NetworkPool JVM = new NetworkPool(TimeUnit.MINUTES.toNanos(IDLE_MINUTES));

  private final Map<GraphSpec<?>, List<Idle>> idle = new HashMap<>();
  private final long idleNanos;
  private boolean watched;

  private record Idle(NetworkThread<?> network, long sinceNanos) {}

  /** Creates a pool that closes networks after {@code idleNanos} of idle time. */
  NetworkPool(long idleNanos) {
    this.idleNanos = idleNanos;
  }

  /** Returns the pool of this JVM. */
  public static NetworkPool ofThisJvm() {
    return JVM;
  }

  /** Runs work on a network of that spec, on the network's own thread. */
  public <G extends OpenGraph, T> T with(GraphSpec<G> spec, NetworkThread.Work<? super G, T> work) {
    NetworkThread<G> network = borrow(spec);
    T result;
    try {
      result = network.call(work);
    } catch (RuntimeException | Error e) {
      // Its state is unknown, or it is still busy: it is not lent again.
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

  @SuppressWarnings("unchecked") // An idle network of a spec was built from it.
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
      Thread watch = new Thread(this::closeExpired, "convoy-idle-networks");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /** Closes networks that have been idle for too long, until none is idle. */
  private void closeExpired() {
    long remaining = idleNanos;
    while (remaining > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(remaining);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the thread of the idle networks", e);
      }
      List<NetworkThread<?>> expired = new ArrayList<>();
      synchronized (this) {
        remaining = removeExpired(expired);
        watched = remaining > 0;
      }
      expired.forEach(NetworkThread::close);
    }
  }

  /** Removes expired networks; returns the nanoseconds until the next one expires, or 0. */
  private long removeExpired(List<NetworkThread<?>> expired) {
    long now = System.nanoTime();
    long remaining = 0;
    Iterator<List<Idle>> lists = idle.values().iterator();
    while (lists.hasNext()) {
      List<Idle> list = lists.next();
      list.removeIf(one -> now - one.sinceNanos >= idleNanos && expired.add(one.network));
      for (Idle one : list) {
        long left = idleNanos - (now - one.sinceNanos);
        remaining = remaining == 0 ? left : Math.min(remaining, left);
      }
      if (list.isEmpty()) {
        lists.remove();
      }
    }
    return remaining;
  }
}
