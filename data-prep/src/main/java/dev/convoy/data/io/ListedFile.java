package dev.convoy.data.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * A file that was found by listing its directory. An object store is not asked for it again before
 * it is read.
 */
public final class ListedFile {
  private final Storage storage;
  private final FileSystem fs;
  private final FileStatus status;
  private final String path;

  ListedFile(Storage storage, FileSystem fs, FileStatus status, String directory) {
    this.storage = storage;
    this.fs = fs;
    this.status = status;
    this.path = Storage.join(directory, name());
  }

  /** Returns its name in the directory. */
  public String name() {
    return status.getPath().getName();
  }

  /**
   * Reads the whole file.
   *
   * @throws UncheckedIOException if it cannot be read; its cause is a {@code FileNotFoundException}
   *     if the file was deleted after it was listed
   */
  public byte[] readBytes() {
    return fs instanceof RawLocalFileSystem
        ? storage.readBytes(path)
        : Storage.call("read", path, this::readListed);
  }

  private byte[] readListed() throws IOException {
    try (InputStream in =
        FutureIO.awaitFuture(fs.openFile(status.getPath()).withFileStatus(status).build())) {
      return in.readAllBytes();
    }
  }
}
