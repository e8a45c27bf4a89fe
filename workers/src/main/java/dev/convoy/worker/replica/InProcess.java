package dev.convoy.worker.replica;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A place where driver and tasks leave vectors for each other when they are one process, as with
 * {@code --master local[2]}: what Spark then carries is a number. It is closed at the end of the
 * round, with all that nobody has fetched.
 */
public final class InProcess implements AutoCloseable, Serializable {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Map<Long, InProcess> OPEN = new ConcurrentHashMap<>();

  private final long number = NUMBERS.incrementAndGet();
  private final transient Map<Long, Vectors> waiting = new ConcurrentHashMap<>();

  private InProcess() {}

  /** Opens one. */
  public static InProcess open() {
    InProcess made = new InProcess();
    OPEN.put(made.number, made);
    return made;
  }

  /** Leaves vectors; returns the number under which they are found. */
  long leave(Vectors vectors) {
    long key = NUMBERS.incrementAndGet();
    opened().waiting.put(key, vectors);
    return key;
  }

  /** The vectors of that number. */
  Vectors find(long key) {
    Vectors found = opened().waiting.get(key);
    if (found == null) {
      throw new IllegalStateException("nothing was left under number " + key);
    }
    return found;
  }

  /** This one, or the one that this was copied from by serialisation. */
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
