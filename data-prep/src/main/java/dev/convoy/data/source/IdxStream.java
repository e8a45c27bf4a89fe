package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.Seekable;

/** Reads the integers and items of an IDX file, plain or compressed with gzip. */
final class IdxStream implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final String path;
  private final DataInputStream in;

  private IdxStream(String path, DataInputStream in) {
    this.path = path;
    this.in = in;
  }

  /**
   * Opens a file at a byte of its content.
   *
   * @param compressed whether it is compressed with gzip
   */
  static IdxStream openAt(Storage storage, String path, boolean compressed, long position) {
    InputStream raw = storage.open(path);
    try {
      if (compressed) {
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

  /** Returns whether the content of a file is compressed with gzip, whatever its name is. */
  static boolean isCompressed(Storage storage, String path) {
    byte[] start = storage.read(path, in -> in.readNBytes(2));
    return start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
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
          path + ": it is damaged " + where + ": " + e.getMessage() + " (copy it again)");
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
