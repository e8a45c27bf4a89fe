package dev.convoy.data.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.Seekable;

/**
 * The content of an archive, whose bytes are counted.
 *
 * <p>A stream is read in blocks of a fixed size. If a block cannot be read as a whole, none of it
 * is returned: so a damaged archive ends at the same byte whoever reads it, however the lengths of
 * the reads were.
 */
final class ArchiveBytes extends InputStream {
  private static final int BLOCK = 1 << 16;

  private final InputStream in;
  private final Optional<Seekable> places;
  private final long length;
  private final byte[] block = new byte[BLOCK];
  private int at;
  private int end;
  private long position;
  private long allowed = Long.MAX_VALUE;

  private ArchiveBytes(InputStream in, Optional<Seekable> places, long length) {
    this.in = in;
    this.places = places;
    this.length = length;
  }

  /** Returns the unpacked content of a compressed file. */
  static ArchiveBytes unpacked(InputStream in) {
    return new ArchiveBytes(in, Optional.empty(), Long.MAX_VALUE);
  }

  /**
   * Returns the content of a file, of which parts are skipped without reading them where the file
   * system can. A failure to read it is thrown as an {@link UncheckedIOException}, since it does
   * not mean that the content is damaged.
   *
   * @param length number of bytes of the file
   */
  static ArchiveBytes of(InputStream in, String path, long length) {
    Optional<Seekable> places =
        in instanceof Seekable seekable ? Optional.of(seekable) : Optional.empty();
    return new ArchiveBytes(new RawBytes(in, path), places, length);
  }

  /** Returns the number of bytes that were read or skipped. */
  long position() {
    return position;
  }

  /** Sets how many more bytes may be read; reading more fails. */
  void allow(long bytes) {
    allowed = bytes;
  }

  /** Returns the next bytes without moving on, as many as there are. */
  byte[] peek(int most) throws IOException {
    if (at == end) {
      fill();
    }
    byte[] next = new byte[Math.max(0, Math.min(most, end - at))];
    System.arraycopy(block, at, next, 0, next.length);
    return next;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = 0;
    end = in.readNBytes(block, 0, BLOCK);
    return end > 0;
  }

  private void count(long bytes) throws IOException {
    if (bytes > allowed) {
      throw new IOException("its headers are too long");
    }
    allowed -= allowed == Long.MAX_VALUE ? 0 : bytes;
    position += bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int count = Math.min(most, end - at);
    count(count);
    System.arraycopy(block, at, bytes, offset, count);
    at += count;
    return count;
  }

  @Override
  public long skip(long most) throws IOException {
    if (most <= 0) {
      return 0;
    }
    if (at == end) {
      if (places.isPresent() && most > BLOCK) {
        return seek(most);
      }
      if (!fill()) {
        return 0;
      }
    }
    int count = (int) Math.min(most, end - at);
    count(count);
    at += count;
    return count;
  }

  private long seek(long most) throws IOException {
    long count = Math.max(0, Math.min(most, length - position));
    count(count);
    try {
      places.get().seek(position);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A file as it is stored. */
  private static final class RawBytes extends InputStream {
    private final InputStream in;
    private final String path;

    RawBytes(InputStream in, String path) {
      this.in = in;
      this.path = path;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) {
      try {
        return in.read(bytes, offset, most);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
