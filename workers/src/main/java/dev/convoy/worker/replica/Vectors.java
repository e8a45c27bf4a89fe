package dev.convoy.worker.replica;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Parameters and updater state on their way between driver and executors: between processes as
 * bytes, which Java writes many times faster than floats, and within one process by reference.
 */
final class Vectors implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InProcess meeting;
  private transient List<byte[]> coded;
  private transient float[] parameters;
  private transient float[] updaterState;

  /**
   * Takes two vectors.
   *
   * @param meeting where they wait if sender and receiver are one process, else null
   */
  Vectors(InProcess meeting, float[] parameters, float[] updaterState) {
    this.meeting = meeting;
    this.parameters = parameters;
    this.updaterState = updaterState;
  }

  /** Takes parameters in the form in which they are sent. */
  static Vectors coded(InProcess meeting, List<byte[]> coded, float[] updaterState) {
    Vectors vectors = new Vectors(meeting, new float[0], updaterState);
    vectors.coded = coded;
    return vectors;
  }

  /** Two without values. */
  static Vectors none() {
    return new Vectors(null, new float[0], new float[0]);
  }

  Optional<List<byte[]>> coded() {
    return Optional.ofNullable(coded);
  }

  float[] parameters() {
    return parameters;
  }

  long bytes() {
    long ofParameters =
        coded == null
            ? (long) Float.BYTES * parameters.length
            : coded.stream().mapToLong(chunk -> chunk.length).sum();
    return ofParameters + (long) Float.BYTES * updaterState.length;
  }

  float[] updaterState() {
    return updaterState;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    if (meeting != null) {
      out.writeLong(meeting.leave(this));
    } else {
      out.writeObject(coded == null ? null : coded.toArray(new byte[0][]));
      out.writeObject(bytes(parameters));
      out.writeObject(bytes(updaterState));
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    if (meeting != null) {
      Vectors left = meeting.find(in.readLong());
      coded = left.coded;
      parameters = left.parameters;
      updaterState = left.updaterState;
    } else {
      byte[][] chunks = (byte[][]) in.readObject();
      coded = chunks == null ? null : List.of(chunks);
      parameters = floats((byte[]) in.readObject());
      updaterState = floats((byte[]) in.readObject());
    }
  }

  static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static float[] floats(byte[] bytes) throws InvalidObjectException {
    if (bytes.length % Float.BYTES != 0) {
      throw new InvalidObjectException(bytes.length + " bytes are no floats");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
