package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.JavaSerialized;
import java.util.function.IntSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.BroadcastBlockId;
import scala.Option;
import scala.collection.Iterator;

/** What Spark keeps in this process, which should be released. */
public final class KeptBlocks {
  private KeptBlocks() {}

  /** Waits until no persisted data is left. */
  public static void awaitNoShards() {
    awaitZero("blocks of shards", KeptBlocks::shardBlocks);
  }

  /** Waits until no broadcast value of that type is left. */
  public static void awaitNone(Class<?> type) {
    awaitZero("broadcasts of " + type.getSimpleName(), () -> broadcasts(type));
  }

  /**
   * Removes the broadcast values of a type. Those of a {@code ConvoyModel} stay until the garbage
   * collector finds that no query uses them, and other tests count what is left.
   */
  public static void removeBroadcasts(Class<?> type) {
    BlockManager blocks = SparkEnv.get().blockManager();
    Iterator<BlockId> ids = blocks.getMatchingBlockIds(BlockId::isBroadcast).iterator();
    while (ids.hasNext()) {
      BlockId id = ids.next();
      if (id instanceof BroadcastBlockId broadcast && values(id, type) > 0) {
        SparkEnv.get().broadcastManager().unbroadcast(broadcast.broadcastId(), true, true);
      }
    }
    awaitNone(type);
  }

  /** Blocks are removed in the background. */
  private static void awaitZero(String what, IntSupplier count) {
    for (int i = 0; i < 500 && count.getAsInt() > 0; i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    assertThat(count.getAsInt()).as(what).isZero();
  }

  /** Blocks of persisted data in the block manager of this process. */
  static int shardBlocks() {
    return SparkEnv.get().blockManager().getMatchingBlockIds(BlockId::isRDD).size();
  }

  /** Broadcast values of one type in the block manager of this process. */
  static int broadcasts(Class<?> type) {
    BlockManager blocks = SparkEnv.get().blockManager();
    Iterator<BlockId> ids = blocks.getMatchingBlockIds(BlockId::isBroadcast).iterator();
    int count = 0;
    while (ids.hasNext()) {
      count += values(ids.next(), type);
    }
    return count;
  }

  /** Number of values of a type in a block, which is not a piece of a serialised one. */
  private static int values(BlockId id, Class<?> type) {
    if (id.name().contains("piece")) {
      return 0;
    }
    int count = 0;
    Option<BlockResult> block = SparkEnv.get().blockManager().getLocalValues(id);
    if (block.isDefined()) {
      Iterator<?> values = block.get().data();
      while (values.hasNext()) {
        Object value = values.next();
        Object sent = value instanceof JavaSerialized<?> parcel ? parcel.open() : value;
        count += type.isInstance(sent) ? 1 : 0;
      }
    }
    return count;
  }
}
