package dev.convoy.worker.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A least-recently-used cache. Before it builds a value that would exceed its limits, it removes
 * and closes the values whose last use is longest ago. It is not thread-safe.
 *
 * @param <K> a key with {@code equals}
 * @param <V> a value, built once for its key
 */
public final class LruCache<K, V> implements AutoCloseable {
  private final Map<K, V> values = new LinkedHashMap<>(8, 0.75f, true);
  private final int maxEntries;
  private final ToLongFunction<K> bytes;
  private final long maxBytes;
  private final Consumer<? super V> onRemoval;

  /**
   * Creates a cache that is limited by its number of values.
   *
   * @param maxEntries at least 1
   * @param onRemoval closes a value that is removed
   */
  public LruCache(int maxEntries, Consumer<? super V> onRemoval) {
    this(maxEntries, key -> 0, 0, onRemoval);
  }

  /**
   * Creates a cache that is limited by its number of values and by their bytes. A single value may
   * exceed the limit of bytes.
   *
   * @param bytes size of the value of a key
   */
  public LruCache(
      int maxEntries, ToLongFunction<K> bytes, long maxBytes, Consumer<? super V> onRemoval) {
    this.maxEntries = maxEntries;
    this.bytes = bytes;
    this.maxBytes = maxBytes;
    this.onRemoval = onRemoval;
  }

  /** Returns the value of a key, building it if it is not cached. */
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
    while (oldestFirst.hasNext() && (values.size() >= maxEntries || total > maxBytes)) {
      Map.Entry<K, V> oldest = oldestFirst.next();
      total -= bytes.applyAsLong(oldest.getKey());
      oldestFirst.remove();
      onRemoval.accept(oldest.getValue());
    }
  }

  /** Closes and removes all values. */
  @Override
  public void close() {
    values.values().forEach(onRemoval);
    values.clear();
  }
}
