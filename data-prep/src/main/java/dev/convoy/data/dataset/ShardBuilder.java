package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import dev.convoy.data.spark.SpillFile;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Builds a shard. Examples arrive in any order, and each is written directly to its position, so
 * nothing is sorted and only one image is buffered. Blocks for which memory does not suffice are in
 * one file.
 */
final class ShardBuilder {
  private final int imageBytes;
  private final int perBlock;
  private final List<byte[]> images = new ArrayList<>();
  private final List<int[]> labels = new ArrayList<>();
  private final BitSet filled = new BitSet();
  private final int examples;
  private SpillFile file;

  /**
   * Creates an empty shard.
   *
   * @param reservation reserves the given bytes of memory for a block; called once for each block.
   *     A block without memory goes to the file.
   */
  ShardBuilder(int examples, int imageBytes, LongPredicate reservation) {
    this.examples = examples;
    this.imageBytes = imageBytes;
    this.perBlock = perBlock(imageBytes);
    for (int first = 0; first < examples; first += perBlock) {
      int n = Math.min(perBlock, examples - first);
      labels.add(new int[n]);
      int bytes = Math.multiplyExact(n, imageBytes);
      images.add(reservation.test(bytes) ? new byte[bytes] : null);
    }
  }

  /** Returns the number of examples of a full block, at least 1. */
  static int perBlock(int imageBytes) {
    return Math.max(1, ShardBlock.MAX_BYTES / imageBytes);
  }

  /**
   * Writes an example to its position.
   *
   * @param index position in the order of the shard plan
   * @param from holds the image from {@code offset} to its end
   * @throws IllegalStateException if the image has another size, or the position does not exist or
   *     is taken
   */
  void put(int index, int label, byte[] from, int offset) {
    requireSize(from.length - offset, imageBytes);
    if (index < 0 || index >= examples) {
      throw new IllegalStateException(
          "position " + index + " is outside the shard of " + examples + " examples");
    }
    if (filled.get(index)) {
      throw new IllegalStateException(
          "position " + index + " of " + examples + " is filled by two examples");
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
   * Returns the blocks of the shard, in its order.
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
