package dev.convoy.worker.averaging;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Converts floats to little-endian bytes, because Java serialises byte arrays much faster. */
public final class FloatBytes {
  private static final int PIECE = 1 << 20;

  private FloatBytes() {}

  /** Returns four bytes for each value. */
  public static byte[] of(float[] values) {
    return of(values, 0, values.length);
  }

  /** Returns four bytes for each value of a slice. */
  public static byte[] of(FloatSlice slice) {
    return of(slice.array(), slice.first(), slice.length());
  }

  private static byte[] of(float[] values, int first, int count) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values, first, count);
    return buffer.array();
  }

  /** Writes values piece by piece, so that the stream never holds all of their bytes. */
  public static void write(float[] values, ObjectOutputStream out) throws IOException {
    out.writeInt(values.length);
    for (int first = 0; first < values.length; first += PIECE) {
      // A shared object would be referenced until the stream is closed.
      out.writeUnshared(of(values, first, Math.min(PIECE, values.length - first)));
    }
  }

  /** Reads the values that {@link #write} has written. */
  public static float[] read(ObjectInputStream in) throws IOException, ClassNotFoundException {
    float[] values = new float[in.readInt()];
    for (int first = 0; first < values.length; first += PIECE) {
      float[] piece = read((byte[]) in.readUnshared());
      System.arraycopy(piece, 0, values, first, piece.length);
    }
    return values;
  }

  /**
   * Converts bytes back to values.
   *
   * @throws IllegalArgumentException if their number is not a multiple of four
   */
  public static float[] read(byte[] bytes) {
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes are not a whole number of floats");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
