package dev.convoy.worker.engine;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What a layer has built for the shapes of input that came last: batches of an epoch have one or
 * two, images of any size have many. The eldest is closed when there are more than {@value #KEPT}.
 *
 * @param <K> a shape, with {@code equals}
 * @param <V> kernels and memories of that shape
 */
public final class LruCache<K, V> {
  private static final int KEPT = 4;

  private final Engine engine;
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>(8, 0.75f, true);

  private record Entry<V>(V value, Resources owner) {}

  /** Nothing yet. */
  public LruCache(Engine engine) {
    this.engine = engine;
  }

  /**
   * What was built for that shape, or what is built now.
   *
   * @param build takes the owner of all that it makes
   */
  public V of(K shape, BiFunction<Engine, Resources, V> build) {
    Entry<V> found = entries.get(shape);
    if (found == null) {
      Resources owner = engine.resources();
      try {
        found = new Entry<>(build.apply(engine, owner), owner);
      } catch (RuntimeException | Error e) {
        owner.close();
        throw e;
      }
      entries.put(shape, found);
      if (entries.size() > KEPT) {
        K eldest = entries.keySet().iterator().next();
        entries.remove(eldest).owner.close();
      }
    }
    return found.value;
  }
}
