package dev.convoy.worker.replica;

import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatBytes;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parameters and updater state that are sent between driver and executors. They are serialised as
 * bytes, which Java writes much faster than floats.
 */
final class Vectors implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient List<byte[]> coded;
  private transient float[] parameters;
  private transient float[] updaterState;

  /** Wraps two vectors, which are not copied. */
  Vectors(float[] parameters, float[] updaterState) {
    this.parameters = parameters;
    this.updaterState = updaterState;
  }

  /** Wraps encoded parameters. */
  static Vectors coded(List<byte[]> coded, float[] updaterState) {
    Vectors vectors = new Vectors(new float[0], updaterState);
    vectors.coded = coded;
    return vectors;
  }

  /**
   * Encodes the parameters of a replica as its plan says.
   *
   * @param base flat parameters that the encoding is relative to
   */
  static Vectors encoded(
      float[] parameters,
      float[] base,
      float[] updaterState,
      ReplicaPlan plan,
      RoundPlan round,
      int replica) {
    ReplicaPlan.Answer answer = plan.answer();
    if (!answer.isEncoded()) {
      return new Vectors(parameters, updaterState);
    }
    long seed =
        Seeds.derive(plan.seed(), round.epoch(), round.round(), replica, Seeds.Purpose.ROUNDING);
    Chunks chunks = new Chunks(parameters.length);
    List<byte[]> coded = new ArrayList<>();
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      coded.add(
          answer.encode(
              chunks.cut(base, chunk), chunks.cut(parameters, chunk), chunks, chunk, seed));
    }
    return coded(coded, updaterState);
  }

  /** Returns two empty vectors. */
  static Vectors none() {
    return new Vectors(new float[0], new float[0]);
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
    out.writeObject(coded == null ? null : coded.toArray(new byte[0][]));
    FloatBytes.write(parameters, out);
    FloatBytes.write(updaterState, out);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    byte[][] chunks = (byte[][]) in.readObject();
    coded = chunks == null ? null : List.of(chunks);
    parameters = FloatBytes.read(in);
    updaterState = FloatBytes.read(in);
  }
}
