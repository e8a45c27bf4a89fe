package dev.convoy.worker.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Values by their keys, of which those used last are kept: the one whose last use is longest ago is
 * closed before another takes its place. Not for several threads.
 *
 * @param <K> a key with {@code equals}
 * @param <V> what is made for a key
 */
public final class LruCache<K, V> implements AutoCloseable {
  private final Map<K, V> values = new LinkedHashMap<>(8, 0.75f, true);
  private final int most;
  private final ToLongFunction<K> bytes;
  private final long mostBytes;
  private final Consumer<? super V> closing;

  /**
   * A cache of so many values.
   *
   * @param most at least 1
   * @param closing what is done with a value that is no longer kept
   */
  public LruCache(int most, Consumer<? super V> closing) {
    this(most, key -> 0, 0, closing);
  }

  /**
   * A cache of so many values, and of so many bytes unless one value alone has more.
   *
   * @param bytes that the value of a key takes
   */
  public LruCache(int most, ToLongFunction<K> bytes, long mostBytes, Consumer<? super V> closing) {
    this.most = most;
    this.bytes = bytes;
    this.mostBytes = mostBytes;
    this.closing = closing;
  }

  /** The value of a key, made now if it is not kept. */
  public V get(K key, Function<? super K, ? extends V> make) {
    V kept = values.get(key);
    if (kept != null) {
      return kept;
    }
    makeRoomFor(key);
    V made = make.apply(key);
    values.put(key, made);
    return made;
  }

  private void makeRoomFor(K key) {
    long total = bytes.applyAsLong(key);
    for (K other : values.keySet()) {
      total += bytes.applyAsLong(other);
    }
    Iterator<Map.Entry<K, V>> oldestFirst = values.entrySet().iterator();
    while (oldestFirst.hasNext() && (values.size() >= most || total > mostBytes)) {
      Map.Entry<K, V> oldest = oldestFirst.next();
      total -= bytes.applyAsLong(oldest.getKey());
      oldestFirst.remove();
      closing.accept(oldest.getValue());
    }
  }

  /** Closes all values; it is empty then. */
  @Override
  public void close() {
    values.values().forEach(closing);
    values.clear();
  }
}
