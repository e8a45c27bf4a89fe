package dev.convoy.data.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * An output stream whose failures name the file and the reason. On a full disk, Hadoop's local file
 * system throws {@link FSError}, which is not an exception.
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
      throw new IOException("Cannot write " + path + ": " + IoReason.describe(e), e);
    }
  }
}
