package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import dev.convoy.data.spark.SpillFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A shard that is being packed: each example goes straight to its place, in whatever order they
 * come, so that nothing is sorted and no image is held but the one at hand. Blocks lie in memory as
 * far as there is room, the others in one file.
 */
final class ShardFilling {
  private final int imageBytes;
  private final int perBlock;
  private final List<byte[]> images = new ArrayList<>();
  private final List<int[]> labels = new ArrayList<>();
  private final BitSet filled = new BitSet();
  private final int examples;
  private SpillFile file;

  /**
   * An empty shard.
   *
   * @param room asked once for the bytes of each block; those that it refuses lie in a file
   */
  ShardFilling(int examples, int imageBytes, LongPredicate room) {
    this.examples = examples;
    this.imageBytes = imageBytes;
    this.perBlock = perBlock(imageBytes);
    for (int first = 0; first < examples; first += perBlock) {
      int n = Math.min(perBlock, examples - first);
      labels.add(new int[n]);
      int bytes = Math.multiplyExact(n, imageBytes);
      images.add(room.test(bytes) ? new byte[bytes] : null);
    }
  }

  /** Examples of a block that is full, at least 1. */
  static int perBlock(int imageBytes) {
    return Math.max(1, ShardBlock.MAX_BYTES / imageBytes);
  }

  /**
   * Puts an example into its place.
   *
   * @param index in the order of the shard plan
   * @param from holds the image from {@code offset} to its end
   * @throws IllegalStateException if the image has another size, or the place does not exist or is
   *     taken
   */
  void put(int index, int label, byte[] from, int offset) {
    requireSize(from.length - offset, imageBytes);
    if (index >= examples || filled.get(index)) {
      throw new IllegalStateException("example " + index + " of " + examples + " comes twice");
    }
    filled.set(index);
    int block = index / perBlock;
    int at = index % perBlock;
    labels.get(block)[at] = label;
    if (images.get(block) != null) {
      System.arraycopy(from, offset, images.get(block), at * imageBytes, imageBytes);
    } else {
      if (file == null) {
        file = SpillFile.create();
      }
      file.write((long) index * imageBytes, from, offset, imageBytes);
    }
  }

  static void requireSize(int found, int imageBytes) {
    if (found != imageBytes) {
      throw new IllegalStateException(
          "an image of " + found + " bytes among images of " + imageBytes);
    }
  }

  /**
   * The blocks of the shard, in its order.
   *
   * @throws IllegalArgumentException if an example is missing
   */
  List<ShardBlock> blocks() {
    Checks.that(
        filled.cardinality() == examples,
        "shard",
        filled.cardinality() + " examples of " + examples);
    List<ShardBlock> blocks = new ArrayList<>();
    for (int block = 0; block < labels.size(); block++) {
      int[] ofBlock = labels.get(block);
      byte[] inMemory = images.get(block);
      blocks.add(
          inMemory != null
              ? ShardBlock.inMemory(inMemory, ofBlock)
              : ShardBlock.inFile(
                  file,
                  (long) block * perBlock * imageBytes,
                  ofBlock.length * imageBytes,
                  ofBlock));
    }
    return blocks;
  }
}
