package dev.convoy.data.dataset;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** The examples of one replica, in the order of the shard plan, in one or more blocks. */
public final class Shard {
  /** Initial capacity of a block in memory, in examples. */
  private static final int FIRST_EXAMPLES = 16;

  private final List<ShardBlock> blocks;
  private final int imageBytes;
  private final int[] firstOfBlock;
  private final int examples;

  private Shard(List<ShardBlock> blocks, int imageBytes) {
    this.blocks = List.copyOf(blocks);
    this.imageBytes = imageBytes;
    this.firstOfBlock = new int[blocks.size()];
    int next = 0;
    for (int b = 0; b < firstOfBlock.length; b++) {
      firstOfBlock[b] = next;
      next = Math.addExact(next, blocks.get(b).examples());
    }
    this.examples = next;
  }

  /** Creates a shard from the blocks of one partition, in their order. */
  public static Shard of(Iterator<ShardBlock> blocks, int imageBytes) {
    List<ShardBlock> list = new ArrayList<>();
    blocks.forEachRemaining(list::add);
    return new Shard(list, imageBytes);
  }

  /** Packs examples into blocks of at most 64 MiB, at least one example each. */
  public static Iterator<ShardBlock> pack(Iterator<PackedExample> examples, int imageBytes) {
    return new Packing(examples, imageBytes, ShardBuilder.perBlock(imageBytes));
  }

  /**
   * An example that is to be packed into a shard.
   *
   * @param label label number
   * @param image C·H·W bytes; not copied
   */
  public record PackedExample(int label, byte[] image) implements Serializable {}

  public int examples() {
    return examples;
  }

  /** Returns the label number of example {@code index}. */
  public int label(int index) {
    int block = blockOf(index);
    return blocks.get(block).label(index - firstOfBlock[block]);
  }

  /**
   * Returns an array that holds the bytes of example {@code index}, from {@link #offset} on. If the
   * block is on disk, every call reads the image.
   */
  public byte[] pixels(int index) {
    int block = blockOf(index);
    return blocks.get(block).pixels(index - firstOfBlock[block], imageBytes);
  }

  /** Returns the position in {@link #pixels} where the bytes of example {@code index} start. */
  public int offset(int index) {
    int block = blockOf(index);
    return blocks.get(block).offset(index - firstOfBlock[block], imageBytes);
  }

  private int blockOf(int index) {
    if (index < 0 || index >= examples) {
      throw new IndexOutOfBoundsException("example " + index + " of " + examples);
    }
    int found = Arrays.binarySearch(firstOfBlock, index);
    return found >= 0 ? found : -found - 2;
  }

  private static final class Packing implements Iterator<ShardBlock> {
    private final Iterator<PackedExample> examples;
    private final int imageBytes;
    private final int perBlock;

    Packing(Iterator<PackedExample> examples, int imageBytes, int perBlock) {
      this.examples = examples;
      this.imageBytes = imageBytes;
      this.perBlock = perBlock;
    }

    @Override
    public boolean hasNext() {
      return examples.hasNext();
    }

    @Override
    public ShardBlock next() {
      byte[] images = new byte[Math.min(perBlock, FIRST_EXAMPLES) * imageBytes];
      int[] labels = new int[Math.min(perBlock, FIRST_EXAMPLES)];
      int n = 0;
      while (n < perBlock && examples.hasNext()) {
        PackedExample example = examples.next();
        ShardBuilder.requireSize(example.image().length, imageBytes);
        if (n == labels.length) {
          int room = Math.min(2 * n, perBlock);
          images = Arrays.copyOf(images, room * imageBytes);
          labels = Arrays.copyOf(labels, room);
        }
        System.arraycopy(example.image(), 0, images, n * imageBytes, imageBytes);
        labels[n++] = example.label();
      }
      return ShardBlock.inMemory(
          n == perBlock ? images : Arrays.copyOf(images, n * imageBytes), Arrays.copyOf(labels, n));
    }
  }

  /** Creates a shard without examples. */
  public static Shard empty(int imageBytes) {
    return of(Collections.emptyIterator(), imageBytes);
  }
}
