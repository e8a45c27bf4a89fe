package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.Serializable;

/**
 * A checked file of images with its file of labels.
 *
 * @param stem common beginning of both names, such as {@code train}
 * @param name name of the file of images
 * @param images path of the file of images
 * @param labels path of the file of labels
 * @param given split of all images of the pair
 * @param count number of images
 */
record IdxPair(
    String stem,
    String name,
    String images,
    String labels,
    GivenSplit given,
    int count,
    int height,
    int width)
    implements Serializable {
  static final int MAX_SIDE = 16_384;
  static final long MAX_PIXELS = 64_000_000;
  static final int IMAGES_HEADER = 16;
  static final int LABELS_HEADER = 8;

  /**
   * Reads the headers and all labels.
   *
   * @param examplesByLabel receives the counts
   * @throws BrokenSourceException if a file is damaged
   */
  static IdxPair check(
      Storage storage,
      String stem,
      Storage.Entry images,
      Storage.Entry labels,
      long[] examplesByLabel) {
    int count;
    int height;
    int width;
    try (IdxStream in = IdxStream.open(storage, images.path())) {
      in.requireMagic(IdxStream.IMAGES_MAGIC, "images");
      count = in.nextInt();
      height = in.nextInt();
      width = in.nextInt();
    }
    requireSize(images, count, height, width);
    requireLength(images, IMAGES_HEADER + (long) count * height * width);
    try (IdxStream in = IdxStream.open(storage, labels.path())) {
      in.requireMagic(IdxStream.LABELS_MAGIC, "labels");
      int found = in.nextInt();
      if (found != count) {
        throw new BrokenSourceException(
            labels.path()
                + ": it holds "
                + found
                + " labels, and "
                + images.relative()
                + " holds "
                + count
                + " images");
      }
      requireLength(labels, LABELS_HEADER + (long) count);
      countLabels(in, count, examplesByLabel);
    }
    return new IdxPair(
        stem,
        images.relative(),
        images.path(),
        labels.path(),
        GivenSplit.named(stem.substring(stem.lastIndexOf('-') + 1)),
        count,
        height,
        width);
  }

  private static void countLabels(IdxStream in, int count, long[] examplesByLabel) {
    byte[] buffer = new byte[1 << 16];
    for (int from = 0; from < count; from += buffer.length) {
      int length = Math.min(buffer.length, count - from);
      in.read(buffer, length, from, count);
      for (int i = 0; i < length; i++) {
        examplesByLabel[buffer[i] & 0xff]++;
      }
    }
    in.requireEnd(count);
  }

  private static void requireSize(Storage.Entry file, int count, int height, int width) {
    if (count < 0) {
      throw new BrokenSourceException(
          file.path() + ": its header promises " + Integer.toUnsignedString(count) + " images");
    }
    if (height < 1
        || width < 1
        || height > MAX_SIDE
        || width > MAX_SIDE
        || (long) height * width > MAX_PIXELS) {
      throw new BrokenSourceException(
          file.path()
              + ": images of "
              + Integer.toUnsignedString(height)
              + "×"
              + Integer.toUnsignedString(width)
              + " pixels (each side must be between 1 and "
              + MAX_SIDE
              + ", and at most "
              + MAX_PIXELS
              + " pixels together)");
    }
  }

  private static void requireLength(Storage.Entry file, long expected) {
    if (!IdxStream.isCompressed(file.path()) && file.bytes() != expected) {
      throw new BrokenSourceException(
          file.path()
              + ": "
              + (file.bytes() < expected ? "it is truncated: " : "")
              + "expected "
              + expected
              + " bytes, found "
              + file.bytes());
    }
  }

  int imageBytes() {
    return height * width;
  }
}
