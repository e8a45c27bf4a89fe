package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.AveragedState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The vectors of a state, as their parts arrive from the executors. */
final class StateParts {
  static final String PARAMETERS = "parameters";
  static final String UPDATER = "updater";
  static final String OUTER = "outer-";
  static final String MEAN = "mean-";

  private final Map<String, float[]> vectors = new HashMap<>();

  /** Adds a part. */
  void add(BlockHeader.State part, ByteBuffer bytes) {
    float[] vector;
    synchronized (this) {
      vector = vectors.computeIfAbsent(part.vector(), name -> new float[part.length()]);
    }
    bytes
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector, part.first(), part.bytes() / Float.BYTES);
  }

  /**
   * Returns the whole state.
   *
   * @param runningMean used if the executors keep none
   */
  synchronized AveragedState state(Map<String, float[]> runningMean) {
    List<float[]> outer = new ArrayList<>();
    for (int i = 0; vectors.containsKey(OUTER + i); i++) {
      outer.add(vectors.get(OUTER + i));
    }
    Map<String, float[]> means = new TreeMap<>();
    vectors.forEach(
        (name, vector) -> {
          if (name.startsWith(MEAN)) {
            means.put(name.substring(MEAN.length()), vector);
          }
        });
    return new AveragedState(
        vectors.get(PARAMETERS),
        vectors.getOrDefault(UPDATER, new float[0]),
        outer,
        means.isEmpty() ? runningMean : means);
  }
}
