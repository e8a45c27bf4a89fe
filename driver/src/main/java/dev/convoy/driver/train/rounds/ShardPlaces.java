package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.ShardBlock;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The storage of the shards of a run: memory or disk.
 *
 * @param shards number of shards
 * @param shardsOnDisk number of shards that are wholly or partly on disk
 * @param bytes of all images
 * @param bytesOnDisk of the images that are on disk
 */
public record ShardPlaces(int shards, int shardsOnDisk, long bytes, long bytesOnDisk)
    implements Serializable {
  private static final long MIB = 1L << 20;

  /** Returns the storage of one shard. */
  static ShardPlaces of(Iterator<ShardBlock> blocks) {
    long bytes = 0;
    long onDisk = 0;
    while (blocks.hasNext()) {
      ShardBlock block = blocks.next();
      bytes += block.bytes();
      onDisk += block.bytesOnDisk();
    }
    return new ShardPlaces(1, onDisk > 0 ? 1 : 0, bytes, onDisk);
  }

  /**
   * Returns a warning if images are on disk.
   *
   * @param memoryKey the setting for the size of the memory that keeps them
   */
  public Optional<String> onDisk(String memoryKey) {
    return bytesOnDisk == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d MiB of images lie on disk, in %d of %d shards: every epoch reads them"
                    + " there, which is fast only while the operating system has memory to cache"
                    + " them (a larger %s keeps them in the heap).",
                bytesOnDisk / MIB,
                bytes / MIB,
                shardsOnDisk,
                shards,
                memoryKey));
  }

  /** Returns the sum over several shards. */
  static ShardPlaces sum(List<ShardPlaces> places) {
    return new ShardPlaces(
        places.stream().mapToInt(ShardPlaces::shards).sum(),
        places.stream().mapToInt(ShardPlaces::shardsOnDisk).sum(),
        places.stream().mapToLong(ShardPlaces::bytes).sum(),
        places.stream().mapToLong(ShardPlaces::bytesOnDisk).sum());
  }
}
