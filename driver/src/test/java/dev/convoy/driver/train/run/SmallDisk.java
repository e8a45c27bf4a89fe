package dev.convoy.driver.train.run;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** A local disk on which a file may have so many bytes and no more; deleting always works. */
public final class SmallDisk extends RawLocalFileSystem {
  private static final String ROOM = "test.room";

  /** Made by Hadoop. */
  public SmallDisk() {}

  /** The configuration of such a disk; {@link #room} is how it is filled and emptied. */
  static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", SmallDisk.class, RawLocalFileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    return hadoop;
  }

  static void room(Configuration hadoop, long bytes) {
    hadoop.setLong(ROOM, bytes);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    OutputStream file = super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new Limited(file, getConf().getLong(ROOM, Long.MAX_VALUE)), null);
  }

  private static final class Limited extends FilterOutputStream {
    private long room;

    Limited(OutputStream out, long room) {
      super(out);
      this.room = room;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int fits = (int) Math.min(room, length);
      out.write(bytes, offset, fits);
      room -= fits;
      if (fits < length) {
        throw new IOException("No space left on device");
      }
    }
  }
}
