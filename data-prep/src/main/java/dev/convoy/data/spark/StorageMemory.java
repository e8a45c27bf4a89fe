package dev.convoy.data.spark;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.memory.MemoryMode;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.TaskCompletionListener;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * The storage memory of an executor that one shard may use while it is packed.
 *
 * <p>It is reserved in Spark's memory manager before a byte is allocated, so that Spark evicts
 * other cached data; a shard never evicts another shard. Spark itself counts a partition that it
 * caches once the partition is complete, so this reservation is released just before.
 */
public final class StorageMemory implements AutoCloseable {
  /** Shards that tasks of this process are packing, with the bytes that they have reserved. */
  private static final Map<RDDBlockId, Long> PACKING = new HashMap<>();

  /** Ids of the RDDs whose partitions are shards. */
  private static final Set<Integer> SHARDS = new HashSet<>();

  private final RDDBlockId shard;
  private long reserved;

  private StorageMemory(RDDBlockId shard) {
    this.shard = shard;
  }

  /**
   * Creates the memory of a shard that the running task packs.
   *
   * @param rdd id of the RDD that caches the shard
   */
  public static StorageMemory of(int rdd, int partition) {
    StorageMemory memory = new StorageMemory(new RDDBlockId(rdd, partition));
    synchronized (PACKING) {
      SHARDS.add(rdd);
      PACKING.put(memory.shard, 0L);
    }
    TaskCompletionListener removal = context -> memory.remove();
    TaskContext.get().addTaskCompletionListener(removal);
    return memory;
  }

  /** Reserves memory until this is closed; returns false if shards may not use so much. */
  public boolean reserve(long bytes) {
    SparkEnv env = SparkEnv.get();
    MemoryManager memory = env.memoryManager();
    synchronized (PACKING) {
      double unrolled = (reserved + bytes) * unrollFactor(env);
      if (bytesOfOthers(env.blockManager()) + unrolled > memory.maxOnHeapStorageMemory()
          || !memory.acquireStorageMemory(shard, bytes, MemoryMode.ON_HEAP)) {
        return false;
      }
      reserved += bytes;
      PACKING.put(shard, reserved);
      return true;
    }
  }

  /**
   * Returns the factor by which Spark's request for a partition that it is about to cache exceeds
   * the partition's size.
   */
  private static double unrollFactor(SparkEnv env) {
    return env.conf().getDouble("spark.storage.unrollMemoryGrowthFactor", 1.5);
  }

  /** Returns the bytes of the other shards that are cached in memory or being packed. */
  private long bytesOfOthers(BlockManager blocks) {
    Map<RDDBlockId, Long> sizes = new HashMap<>(PACKING);
    JavaConverters.seqAsJavaList(blocks.getMatchingBlockIds(id -> isShard(id.asRDDId())))
        .forEach(
            id -> {
              Option<BlockStatus> status = blocks.getStatus(id);
              if (status.isDefined() && status.get().memSize() > 0) {
                sizes.put(id.asRDDId().get(), status.get().memSize());
              }
            });
    sizes.remove(shard);
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static boolean isShard(Option<RDDBlockId> id) {
    return id.isDefined() && SHARDS.contains(id.get().rddId());
  }

  private void remove() {
    synchronized (PACKING) {
      PACKING.remove(shard);
    }
  }

  /** Releases the reservation; Spark then counts what it caches. */
  @Override
  public void close() {
    if (reserved > 0) {
      SparkEnv.get().memoryManager().releaseStorageMemory(reserved, MemoryMode.ON_HEAP);
    }
  }
}
