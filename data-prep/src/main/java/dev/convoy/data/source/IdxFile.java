package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An IDX file whose header has been read: big-endian integers (magic number, number of items, sizes
 * of an item), then the items.
 *
 * @param name path relative to the input
 * @param compressed whether its content is compressed with gzip, whatever its name is
 * @param sides number of items, and the sizes of an item
 */
record IdxFile(String name, String path, boolean compressed, IdxType type, List<Integer> sides)
    implements Serializable {
  private static final int MOST_SIDES = 8;

  IdxFile {
    sides = List.copyOf(sides);
  }

  /**
   * Reads the header of a file.
   *
   * @param what what the file should hold, for messages
   * @throws BrokenSourceException if it is not the header of an IDX file
   */
  static IdxFile read(Storage storage, Storage.Entry file, String what) {
    boolean compressed = IdxStream.isCompressed(storage, file.path());
    try (IdxStream in = IdxStream.openAt(storage, file.path(), compressed, 0)) {
      int magic = in.nextInt();
      int dimensions = magic & 0xff;
      if (magic >>> 16 != 0
          || IdxType.of(magic >>> 8).isEmpty()
          || dimensions < 1
          || dimensions > MOST_SIDES) {
        throw new BrokenSourceException(
            String.format(
                Locale.ROOT,
                "%s: it is no IDX file of %s: its magic number is 0x%08x (such as 0x00000803 for"
                    + " unsigned bytes in three dimensions)",
                file.path(),
                what,
                magic));
      }
      List<Integer> sides = new ArrayList<>();
      for (int i = 0; i < dimensions; i++) {
        sides.add(in.nextInt());
      }
      if (sides.get(0) < 0) {
        throw new BrokenSourceException(
            file.path()
                + ": its header promises "
                + Integer.toUnsignedString(sides.get(0))
                + " "
                + what);
      }
      return new IdxFile(
          file.relative(), file.path(), compressed, IdxType.of(magic >>> 8).orElseThrow(), sides);
    }
  }

  int count() {
    return sides.get(0);
  }

  int dimensions() {
    return sides.size();
  }

  /** Returns the number of values of an item, which the caller has found to be small. */
  int itemValues() {
    return sides.stream().skip(1).reduce(1, Math::multiplyExact);
  }

  int itemBytes() {
    return Math.multiplyExact(itemValues(), type.bytes());
  }

  private long start(int item) {
    return 4L + 4L * dimensions() + (long) item * itemBytes();
  }

  /** Opens the file at an item. */
  IdxStream open(Storage storage, int item) {
    return IdxStream.openAt(storage, path, compressed, start(item));
  }

  /** Checks the length of a file that is not compressed. */
  void requireLength(long bytes) {
    long expected = start(count());
    if (!compressed && bytes != expected) {
      throw new BrokenSourceException(
          path
              + ": "
              + (bytes < expected ? "it is truncated: " : "")
              + "expected "
              + expected
              + " bytes, found "
              + bytes);
    }
  }

  BrokenSourceException refused(String reason) {
    return new BrokenSourceException(path + ": " + reason);
  }
}
