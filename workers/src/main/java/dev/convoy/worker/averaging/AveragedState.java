package dev.convoy.worker.averaging;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The averaged vectors between two rounds. They are neither copied nor written to. They are
 * serialised as bytes, which Java writes much faster than floats.
 */
public final class AveragedState implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient float[] parameters;
  private transient float[] updaterState;
  private transient List<float[]> outer;
  private transient Map<String, float[]> runningMean;

  /**
   * Wraps vectors.
   *
   * @param parameters of the next round
   * @param updaterState of the replicas' optimizer; empty if it has none yet or is reset
   * @param outer vectors of the {@link OuterStep}
   * @param runningMean vectors of the {@link ParameterMean}, by name; empty if there is none
   */
  public AveragedState(
      float[] parameters,
      float[] updaterState,
      List<float[]> outer,
      Map<String, float[]> runningMean) {
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.outer = List.copyOf(outer);
    this.runningMean = new TreeMap<>(runningMean);
  }

  /** Parameters of the next round. */
  public float[] parameters() {
    return parameters;
  }

  /** State of the replicas' optimizer; empty if it has none yet or is reset. */
  public float[] updaterState() {
    return updaterState;
  }

  /** Vectors of the outer step, each as long as the parameters. */
  public List<float[]> outer() {
    return outer;
  }

  /** Vectors of the running mean of the parameters, by name; empty if there is none. */
  public Map<String, float[]> runningMean() {
    return runningMean;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    FloatBytes.write(parameters, out);
    FloatBytes.write(updaterState, out);
    out.writeInt(outer.size());
    for (float[] vector : outer) {
      FloatBytes.write(vector, out);
    }
    out.writeInt(runningMean.size());
    for (Map.Entry<String, float[]> entry : runningMean.entrySet()) {
      out.writeUTF(entry.getKey());
      FloatBytes.write(entry.getValue(), out);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    parameters = FloatBytes.read(in);
    updaterState = FloatBytes.read(in);
    List<float[]> vectors = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      vectors.add(FloatBytes.read(in));
    }
    outer = List.copyOf(vectors);
    runningMean = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      runningMean.put(name, FloatBytes.read(in));
    }
  }
}
