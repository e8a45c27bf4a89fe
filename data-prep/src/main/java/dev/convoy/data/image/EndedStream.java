package dev.convoy.data.image;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A stream for a reader that goes on with zeros where its file has ended. It lets the reader look a
 * few bytes ahead, and then fails, so that a short file cannot make it read without end.
 */
final class EndedStream extends MemoryCacheImageInputStream {
  private static final int MOST_ENDS = 64;

  private int ends;

  EndedStream(byte[] bytes) {
    super(new ByteArrayInputStream(bytes));
  }

  @Override
  public byte readByte() throws IOException {
    try {
      return super.readByte();
    } catch (EOFException e) {
      throw end(e);
    }
  }

  @Override
  public long readLong() throws IOException {
    try {
      return super.readLong();
    } catch (EOFException e) {
      throw end(e);
    }
  }

  private IOException end(EOFException e) {
    ends++;
    return ends > MOST_ENDS ? new IOException("it ends early", e) : e;
  }
}
