package dev.convoy.data.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file that is written bit by bit, and is to be there if the writer is killed: all that was
 * written before the last {@link #keep}.
 *
 * <p>On local disks what is written goes to the file at once. Elsewhere all that the file holds
 * gathers in a temporary file on the local disk, and keeping it replaces the whole file: object
 * stores cannot append, and HDFS refuses it where it has fewer datanodes than a file has replicas.
 *
 * <p>Failures name the path.
 */
public abstract sealed class GrowingFile extends OutputStream {
  private final String path;

  private GrowingFile(String path) {
    this.path = path;
  }

  static GrowingFile open(FileSystem fs, Path path, Configuration hadoop) throws IOException {
    if (fs instanceof RawLocalFileSystem) {
      return new Appended(
          path.toString(), fs.exists(path) ? fs.append(path) : fs.create(path, false));
    }
    return new Rewritten(fs, path, hadoop);
  }

  @Override
  public final void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    named(() -> append(bytes, offset, length));
  }

  /** Hands on what was written; local disks show it at once. */
  @Override
  public final void flush() throws IOException {
    named(this::handOn);
  }

  /**
   * Makes sure that all that was written outlives this process.
   *
   * @throws UncheckedIOException if that cannot be
   */
  public final void keep() {
    try {
      named(this::persist);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Keeps all that was written, and ends. */
  @Override
  public final void close() throws IOException {
    named(this::end);
  }

  abstract void append(byte[] bytes, int offset, int length) throws IOException;

  abstract void handOn() throws IOException;

  abstract void persist() throws IOException;

  abstract void end() throws IOException;

  private interface Writing {
    void run() throws IOException;
  }

  private void named(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IOException | FSError e) {
      throw new IOException("Cannot write " + path + ": " + IoReason.of(e), e);
    }
  }

  private static final class Appended extends GrowingFile {
    private final FSDataOutputStream out;

    Appended(String path, FSDataOutputStream out) {
      super(path);
      this.out = out;
    }

    @Override
    void append(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    void handOn() throws IOException {
      out.flush();
    }

    @Override
    void persist() throws IOException {
      out.hflush();
    }

    @Override
    void end() throws IOException {
      out.close();
    }
  }

  private static final class Rewritten extends GrowingFile {
    private final FileSystem fs;
    private final Path path;
    private final Configuration hadoop;
    private final java.nio.file.Path gathered;
    private final OutputStream out;
    private boolean kept = true;

    Rewritten(FileSystem fs, Path path, Configuration hadoop) throws IOException {
      super(path.toString());
      this.fs = fs;
      this.path = path;
      this.hadoop = hadoop;
      this.gathered = Files.createTempFile("convoy-", ".part");
      this.out = Files.newOutputStream(gathered);
      try (InputStream in = fs.open(path)) {
        in.transferTo(out);
      } catch (FileNotFoundException e) {
        kept = false;
      } catch (IOException | RuntimeException e) {
        discard();
        throw e;
      }
    }

    @Override
    void append(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      kept = false;
    }

    @Override
    void handOn() throws IOException {
      out.flush();
    }

    @Override
    void persist() throws IOException {
      if (!kept) {
        out.flush();
        WholeFile.of(fs, path, hadoop).put(file -> Files.copy(gathered, file), hadoop);
        kept = true;
      }
    }

    @Override
    void end() throws IOException {
      try {
        persist();
      } finally {
        discard();
      }
    }

    private void discard() throws IOException {
      out.close();
      Files.deleteIfExists(gathered);
    }
  }
}
