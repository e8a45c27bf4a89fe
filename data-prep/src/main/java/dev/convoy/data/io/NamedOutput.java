package dev.convoy.data.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * A file that is being written, whose failures say which file and why. Hadoop's local file system
 * throws an {@link FSError}, which is no exception, where a disk is full.
 */
final class NamedOutput extends FilterOutputStream {
  private final String path;

  NamedOutput(String path, OutputStream out) {
    super(out);
    this.path = path;
  }

  private interface Writing {
    void run() throws IOException;
  }

  @Override
  public void write(int value) throws IOException {
    named(() -> out.write(value));
  }

  @Override
  public void write(byte[] values, int offset, int length) throws IOException {
    named(() -> out.write(values, offset, length));
  }

  @Override
  public void flush() throws IOException {
    named(out::flush);
  }

  @Override
  public void close() throws IOException {
    named(out::close);
  }

  private void named(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IOException | FSError e) {
      throw new IOException("Cannot write " + path + ": " + IoReason.of(e), e);
    }
  }
}
