package dev.convoy.worker.replica;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An exchange of vectors by reference between driver and tasks in one process, as with {@code
 * --master local[2]}; Spark then serialises only a key. It is closed at the end of the round, which
 * drops the vectors that were not fetched.
 */
public final class InProcess implements AutoCloseable, Serializable {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Map<Long, InProcess> OPEN = new ConcurrentHashMap<>();

  private final long number = NUMBERS.incrementAndGet();
  private final transient Map<Long, Vectors> waiting = new ConcurrentHashMap<>();

  private InProcess() {}

  /** Opens an exchange. */
  public static InProcess open() {
    InProcess exchange = new InProcess();
    OPEN.put(exchange.number, exchange);
    return exchange;
  }

  /** Stores vectors; returns their key. */
  long put(Vectors vectors) {
    long key = NUMBERS.incrementAndGet();
    opened().waiting.put(key, vectors);
    return key;
  }

  /** Returns the vectors of a key. */
  Vectors get(long key) {
    Vectors found = opened().waiting.get(key);
    if (found == null) {
      throw new IllegalStateException("nothing was left under number " + key);
    }
    return found;
  }

  /** Returns this exchange, or the original of this deserialised copy. */
  private InProcess opened() {
    InProcess opened = OPEN.get(number);
    if (opened == null) {
      throw new IllegalStateException("the round is over, or in another process");
    }
    return opened;
  }

  @Override
  public void close() {
    OPEN.remove(number);
  }
}
