package dev.convoy.worker.replica;

import dev.convoy.worker.averaging.FloatBytes;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Parameters and updater state that are sent between driver and executors: between processes as
 * bytes, which Java serialises much faster than floats, and within one process by reference.
 */
final class Vectors implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InProcess exchange;
  private transient List<byte[]> coded;
  private transient float[] parameters;
  private transient float[] updaterState;

  /**
   * Wraps two vectors.
   *
   * @param exchange their exchange if sender and receiver are one process, else null
   */
  Vectors(InProcess exchange, float[] parameters, float[] updaterState) {
    this.exchange = exchange;
    this.parameters = parameters;
    this.updaterState = updaterState;
  }

  /** Wraps encoded parameters. */
  static Vectors coded(InProcess exchange, List<byte[]> coded, float[] updaterState) {
    Vectors vectors = new Vectors(exchange, new float[0], updaterState);
    vectors.coded = coded;
    return vectors;
  }

  /** Returns two empty vectors. */
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
    if (exchange != null) {
      out.writeLong(exchange.put(this));
    } else {
      out.writeObject(coded == null ? null : coded.toArray(new byte[0][]));
      FloatBytes.write(parameters, out);
      FloatBytes.write(updaterState, out);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    if (exchange != null) {
      Vectors left = exchange.get(in.readLong());
      coded = left.coded;
      parameters = left.parameters;
      updaterState = left.updaterState;
    } else {
      byte[][] chunks = (byte[][]) in.readObject();
      coded = chunks == null ? null : List.of(chunks);
      parameters = FloatBytes.read(in);
      updaterState = FloatBytes.read(in);
    }
  }
}
