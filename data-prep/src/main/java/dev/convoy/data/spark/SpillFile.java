package dev.convoy.data.spark;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.spark.SparkEnv;

/**
 * A file on one of Spark's local disks for data that does not fit in memory, read when needed; the
 * operating system caches what it can.
 *
 * <p>The file is deleted while it is open, so the operating system frees it when nothing refers to
 * it any more, however this process ends.
 */
public final class SpillFile {
  private static final String REMEDY =
      " (spark.local.dir names the directories for it; there must be space for the whole shard)";

  private final RandomAccessFile file;

  private SpillFile(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Creates an empty file in one of Spark's local directories, or in the JVM's if Spark does not
   * run.
   *
   * @throws UncheckedIOException if it cannot be created
   */
  public static SpillFile create() {
    SparkEnv env = SparkEnv.get();
    try {
      File place =
          env == null
              ? File.createTempFile("convoy-shard", "")
              : env.blockManager().diskBlockManager().createTempLocalBlock()._2();
      RandomAccessFile file = new RandomAccessFile(place, "rw");
      Files.delete(place.toPath());
      return new SpillFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep a shard on disk: " + e.getMessage() + REMEDY, e);
    }
  }

  /**
   * Writes bytes at a position.
   *
   * @throws UncheckedIOException if the disk is full or fails
   */
  public void write(long at, byte[] from, int offset, int length) {
    try {
      synchronized (file) {
        file.seek(at);
        file.write(from, offset, length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep a shard on disk: " + e.getMessage() + REMEDY, e);
    }
  }

  /**
   * Reads the first {@code length} bytes of an array from a position.
   *
   * @throws UncheckedIOException if the disk fails
   */
  public void read(long at, byte[] to, int length) {
    try {
      synchronized (file) {
        file.seek(at);
        file.readFully(to, 0, length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a shard from disk: " + e.getMessage(), e);
    }
  }
}
