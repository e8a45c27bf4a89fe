package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.Seekable;

/**
 * Reads the items of an IDX file of bytes, plain or compressed: a header of big-endian integers
 * (magic number, number of items, sizes of an item), then the items.
 */
final class IdxStream implements AutoCloseable {
  static final int IMAGES_MAGIC = 0x00000803;
  static final int LABELS_MAGIC = 0x00000801;

  private static final int BUFFER = 1 << 16;

  private final String path;
  private final DataInputStream in;

  private IdxStream(String path, DataInputStream in) {
    this.path = path;
    this.in = in;
  }

  /** Opens a file at its first byte. */
  static IdxStream open(Storage storage, String path) {
    return openAt(storage, path, 0);
  }

  /** Opens a file at the byte {@code position} of its content. */
  static IdxStream openAt(Storage storage, String path, long position) {
    InputStream raw = storage.open(path);
    try {
      if (isCompressed(path)) {
        IdxStream stream =
            new IdxStream(path, new DataInputStream(new GZIPInputStream(raw, BUFFER)));
        stream.skip(position);
        return stream;
      }
      if (raw instanceof Seekable seekable) {
        seekable.seek(position);
      } else {
        raw.skipNBytes(position);
      }
      return new IdxStream(path, new DataInputStream(new BufferedInputStream(raw, BUFFER)));
    } catch (IOException | RuntimeException e) {
      closeQuietly(raw, e);
      if (e instanceof IOException failure) {
        throw failure(path, failure, "in its header");
      }
      throw (RuntimeException) e;
    }
  }

  static boolean isCompressed(String path) {
    return path.endsWith(".gz");
  }

  /** Reads and checks the magic number. */
  void requireMagic(int expected, String what) {
    int magic = nextInt();
    if (magic != expected) {
      throw new BrokenSourceException(
          String.format(
              Locale.ROOT,
              "%s: it is no IDX file of %s: expected the magic number 0x%08x, found 0x%08x",
              path,
              what,
              expected,
              magic));
    }
  }

  /** Reads an integer of the header. */
  int nextInt() {
    try {
      return in.readInt();
    } catch (IOException e) {
      throw failure(path, e, "in its header");
    }
  }

  /**
   * Reads whole items.
   *
   * @param index number of the first item in the file, for messages
   * @param items number of items according to the header, for messages
   */
  void read(byte[] bytes, int length, long index, long items) {
    try {
      in.readFully(bytes, 0, length);
    } catch (IOException e) {
      throw failure(path, e, "at item " + index + " of " + items);
    }
  }

  /** Checks that the file ends here. */
  void requireEnd(long items) {
    try {
      if (in.read() >= 0) {
        throw new BrokenSourceException(
            path + ": it goes on after the " + items + " items that its header promises");
      }
    } catch (IOException e) {
      throw failure(path, e, "after its last item");
    }
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  private static RuntimeException failure(String path, IOException e, String where) {
    if (e instanceof EOFException) {
      return new BrokenSourceException(path + ": it is truncated: it ends " + where);
    }
    if (e instanceof ZipException) {
      return new BrokenSourceException(
          path
              + ": it is damaged "
              + where
              + ": "
              + e.getMessage()
              + " (copy it again; a file whose name ends in .gz must be compressed with gzip)");
    }
    return new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
  }

  private static void closeQuietly(InputStream in, Exception cause) {
    try {
      in.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + path + ": " + e.getMessage(), e);
    }
  }
}
