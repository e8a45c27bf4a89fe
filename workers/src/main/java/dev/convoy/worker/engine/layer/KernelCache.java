package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.LruCache;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.function.BiFunction;

/**
 * A cache of kernels and memories for the last {@value #KEPT} input shapes. Batches of an epoch
 * have one or two shapes; images of any size have many.
 *
 * @param <K> a shape, with {@code equals}
 * @param <V> kernels and memories of that shape
 */
public final class KernelCache<K, V> {
  private static final int KEPT = 4;

  private final Engine engine;
  private final LruCache<K, Built<V>> built = new LruCache<>(KEPT, old -> old.owner.close());

  private record Built<V>(V value, Resources owner) {}

  /** Creates an empty cache. */
  public KernelCache(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns the value of a shape, building it if it is not cached.
   *
   * @param build builds a value from the engine and the owner of its resources
   */
  public V get(K shape, BiFunction<Engine, Resources, V> build) {
    return built.get(shape, key -> build(build)).value;
  }

  /** Closes all values. */
  public void clear() {
    built.close();
  }

  private Built<V> build(BiFunction<Engine, Resources, V> build) {
    Resources owner = engine.resources();
    try {
      return new Built<>(build.apply(engine, owner), owner);
    } catch (RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }
}
