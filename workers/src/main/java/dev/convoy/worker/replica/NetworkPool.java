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
 * <p>A network is built for the first task that asks for its {@link NetworkSpec}, and kept for the
 * next. There are never more than tasks at once. Networks of a job that nobody has asked for during
 * {@value #IDLE_MINUTES} minutes are closed by the next borrower.
 */
public final class NetworkPool {
  private static final long IDLE_MINUTES = 5;
  private static final NetworkPool JVM = new NetworkPool();

  private final Map<NetworkSpec, List<Idle>> idle = new HashMap<>();

  private record Idle(NetworkThread network, long sinceNanos) {}

  NetworkPool() {}

  /** The pool of this JVM. */
  public static NetworkPool ofThisJvm() {
    return JVM;
  }

  /** Does work on a network of that spec, on the network's own thread. */
  public <T> T with(NetworkSpec spec, NetworkThread.Work<T> work) {
    NetworkThread network = borrow(spec);
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
    List<NetworkThread> closing = new ArrayList<>();
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

  private NetworkThread borrow(NetworkSpec spec) {
    List<NetworkThread> closing;
    NetworkThread found = null;
    synchronized (this) {
      closing = removeForgotten();
      List<Idle> ready = idle.get(spec);
      if (ready != null && !ready.isEmpty()) {
        found = ready.remove(ready.size() - 1).network;
      }
    }
    closing.forEach(NetworkThread::close);
    return found == null ? new NetworkThread(spec) : found;
  }

  private synchronized void giveBack(NetworkSpec spec, NetworkThread network) {
    idle.computeIfAbsent(spec, key -> new ArrayList<>()).add(new Idle(network, System.nanoTime()));
  }

  private List<NetworkThread> removeForgotten() {
    List<NetworkThread> forgotten = new ArrayList<>();
    long oldest = System.nanoTime() - TimeUnit.MINUTES.toNanos(IDLE_MINUTES);
    Iterator<List<Idle>> lists = idle.values().iterator();
    while (lists.hasNext()) {
      List<Idle> list = lists.next();
      list.removeIf(one -> one.sinceNanos - oldest < 0 && forgotten.add(one.network));
      if (list.isEmpty()) {
        lists.remove();
      }
    }
    return forgotten;
  }
}
