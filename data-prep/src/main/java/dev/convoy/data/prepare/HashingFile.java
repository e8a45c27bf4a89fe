package dev.convoy.data.prepare;

import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file that Parquet writes. Its length and digest are known once it is closed. */
final class HashingFile implements OutputFile {
  private final Storage storage;
  private final String path;
  private final MessageDigest digest = Sha256.newDigest();
  private long bytes;

  HashingFile(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  long bytes() {
    return bytes;
  }

  /** Returns the digest of the closed file; may be called once. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    OutputStream out = storage.create(path);
    return new PositionOutputStream() {
      @Override
      public long getPos() {
        return bytes;
      }

      @Override
      public void write(int value) throws IOException {
        out.write(value);
        digest.update((byte) value);
        bytes++;
      }

      @Override
      public void write(byte[] values, int offset, int length) throws IOException {
        out.write(values, offset, length);
        digest.update(values, offset, length);
        bytes += length;
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return path;
  }
}
