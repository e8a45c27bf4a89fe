package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.LruCache;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.function.BiFunction;

/**
 * Kernels and memories for the {@value #KEPT} shapes of input that came last: batches of an epoch
 * have one or two shapes, images of any size have many.
 *
 * @param <K> a shape, with {@code equals}
 * @param <V> kernels and memories of that shape
 */
public final class KernelCache<K, V> {
  private static final int KEPT = 4;

  private final Engine engine;
  private final LruCache<K, Built<V>> built = new LruCache<>(KEPT, old -> old.owner.close());

  private record Built<V>(V value, Resources owner) {}

  /** An empty cache. */
  public KernelCache(Engine engine) {
    this.engine = engine;
  }

  /**
   * What was built for that shape, or what is built now.
   *
   * @param build takes the owner of all that it makes
   */
  public V of(K shape, BiFunction<Engine, Resources, V> build) {
    return built.get(shape, key -> build(build)).value;
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
