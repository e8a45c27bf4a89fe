package dev.convoy.data.dataset;

import java.io.Serializable;

/**
 * Up to 64 MiB of the examples of one shard, packed: image {@code i} is the bytes {@code i·size} to
 * {@code (i+1)·size}, and its label stands at {@code i}.
 *
 * <p>The arrays are not copied, and nobody writes to them once the block is made.
 */
public final class ShardBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A block holds at most so many bytes of images. */
  static final int MAX_BYTES = 64 << 20;

  private final byte[] images;
  private final int[] labels;

  ShardBlock(byte[] images, int[] labels) {
    this.images = images;
    this.labels = labels;
  }

  int examples() {
    return labels.length;
  }

  byte[] images() {
    return images;
  }

  int label(int index) {
    return labels[index];
  }
}
