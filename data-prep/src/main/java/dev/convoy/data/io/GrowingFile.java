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
 * A file that is written piece by piece. If the writer is killed, the file holds at least what was
 * written before the last {@link #sync}.
 *
 * <p>On local disks every write goes to the file at once. Elsewhere the content is collected in a
 * temporary local file, and {@link #sync} replaces the whole file: object stores cannot append, and
 * HDFS refuses to where it has fewer datanodes than a file has replicas.
 *
 * <p>Error messages name the path.
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

  /** Passes on what was written; on local disks it is visible at once. */
  @Override
  public final void flush() throws IOException {
    named(this::flushOut);
  }

  /**
   * Makes sure that all that was written survives the end of this process.
   *
   * @throws UncheckedIOException if writing fails
   */
  public final void sync() {
    try {
      named(this::syncOut);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Syncs and closes the file. */
  @Override
  public final void close() throws IOException {
    named(this::closeOut);
  }

  abstract void append(byte[] bytes, int offset, int length) throws IOException;

  abstract void flushOut() throws IOException;

  abstract void syncOut() throws IOException;

  abstract void closeOut() throws IOException;

  private interface Writing {
    void run() throws IOException;
  }

  private void named(Writing action) throws IOException {
    try {
      action.run();
    } catch (IOException | FSError e) {
      throw new IOException("Cannot write " + path + ": " + IoReason.describe(e), e);
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
    void flushOut() throws IOException {
      out.flush();
    }

    @Override
    void syncOut() throws IOException {
      out.hflush();
    }

    @Override
    void closeOut() throws IOException {
      out.close();
    }
  }

  private static final class Rewritten extends GrowingFile {
    private final FileSystem fs;
    private final Path path;
    private final Configuration hadoop;
    private final java.nio.file.Path local;
    private final OutputStream out;
    private boolean synced = true;

    Rewritten(FileSystem fs, Path path, Configuration hadoop) throws IOException {
      super(path.toString());
      this.fs = fs;
      this.path = path;
      this.hadoop = hadoop;
      this.local = Files.createTempFile("convoy-", ".part");
      this.out = Files.newOutputStream(local);
      try (InputStream in = fs.open(path)) {
        in.transferTo(out);
      } catch (FileNotFoundException e) {
        synced = false;
      } catch (IOException | RuntimeException e) {
        discard();
        throw e;
      }
    }

    @Override
    void append(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      synced = false;
    }

    @Override
    void flushOut() throws IOException {
      out.flush();
    }

    @Override
    void syncOut() throws IOException {
      if (!synced) {
        out.flush();
        WholeFile.resolve(fs, path, hadoop).put(file -> Files.copy(local, file), hadoop);
        synced = true;
      }
    }

    @Override
    void closeOut() throws IOException {
      try {
        syncOut();
      } finally {
        discard();
      }
    }

    private void discard() throws IOException {
      out.close();
      Files.deleteIfExists(local);
    }
  }
}
