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
 * The part of an executor's memory for storage that one shard may take while it is packed.
 *
 * <p>It is taken from Spark's account before a byte is allocated, so that what Spark can do without
 * makes room; a shard never makes room by driving out another. Spark counts a partition that it
 * keeps when it has all of it: the account is settled just before.
 */
public final class StorageMemory implements AutoCloseable {
  /** Shards that tasks of this process are packing, with the bytes that they have taken. */
  private static final Map<RDDBlockId, Long> PACKING = new HashMap<>();

  /** The RDDs whose partitions are shards. */
  private static final Set<Integer> SHARDS = new HashSet<>();

  private final RDDBlockId shard;
  private long taken;

  private StorageMemory(RDDBlockId shard) {
    this.shard = shard;
  }

  /**
   * The memory of a shard that the running task packs.
   *
   * @param rdd number of the RDD that keeps it
   */
  public static StorageMemory of(int rdd, int partition) {
    StorageMemory memory = new StorageMemory(new RDDBlockId(rdd, partition));
    synchronized (PACKING) {
      SHARDS.add(rdd);
      PACKING.put(memory.shard, 0L);
    }
    TaskCompletionListener forgetting = context -> memory.forget();
    TaskContext.get().addTaskCompletionListener(forgetting);
    return memory;
  }

  /** Takes memory if there is so much for shards; it is held until this is closed. */
  public boolean take(long bytes) {
    SparkEnv env = SparkEnv.get();
    MemoryManager memory = env.memoryManager();
    synchronized (PACKING) {
      double unrolled = (taken + bytes) * growth(env);
      if (ofOthers(env.blockManager()) + unrolled > memory.maxOnHeapStorageMemory()
          || !memory.acquireStorageMemory(shard, bytes, MemoryMode.ON_HEAP)) {
        return false;
      }
      taken += bytes;
      PACKING.put(shard, taken);
      return true;
    }
  }

  /** How much more Spark asks for than there is of a partition that it is about to keep. */
  private static double growth(SparkEnv env) {
    return env.conf().getDouble("spark.storage.unrollMemoryGrowthFactor", 1.5);
  }

  /** Bytes of the other shards that are kept in memory or are about to be. */
  private long ofOthers(BlockManager blocks) {
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

  private void forget() {
    synchronized (PACKING) {
      PACKING.remove(shard);
    }
  }

  /** Gives the account back to Spark, which counts what it keeps itself. */
  @Override
  public void close() {
    if (taken > 0) {
      SparkEnv.get().memoryManager().releaseStorageMemory(taken, MemoryMode.ON_HEAP);
    }
  }
}
