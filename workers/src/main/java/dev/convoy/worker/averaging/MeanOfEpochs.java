package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The mean of the parameters at the ends of the last epochs. It keeps one vector per epoch; sums
 * are in double precision, the oldest epoch first. The mean of one epoch has the bits of its
 * parameters.
 */
final class MeanOfEpochs implements ParameterMean {
  private static final String EPOCH = "epoch-";

  private final int epochs;
  private final Deque<float[]> ends = new ArrayDeque<>();

  MeanOfEpochs(int epochs, Map<String, float[]> vectors) {
    this.epochs = epochs;
    for (int i = 1; i <= vectors.size(); i++) {
      Checks.that(
          vectors.containsKey(EPOCH + i),
          "vectors",
          vectors.keySet() + " (must be " + EPOCH + "1 to " + EPOCH + vectors.size() + ")");
      add(vectors.get(EPOCH + i));
    }
  }

  @Override
  public void afterRound(float[] parameters, int steps) {}

  @Override
  public void afterEpoch(float[] parameters) {
    add(parameters.clone());
  }

  private void add(float[] end) {
    Checks.that(
        ends.isEmpty() || ends.getFirst().length == end.length,
        "parameters",
        end.length + " values (must be as many as before)");
    if (ends.size() == epochs) {
      ends.removeFirst();
    }
    ends.addLast(end);
  }

  @Override
  public float[] mean() {
    if (ends.isEmpty()) {
      throw new IllegalStateException("Cannot average: no epoch has ended");
    }
    float[] mean = ends.getFirst().clone();
    if (ends.size() > 1) {
      Blocks.forEach(mean.length, (first, end) -> average(mean, first, end));
    }
    return mean;
  }

  private void average(float[] mean, int first, int end) {
    double[] sum = new double[end - first];
    for (float[] vector : ends) {
      for (int i = first; i < end; i++) {
        sum[i - first] += vector[i];
      }
    }
    for (int i = first; i < end; i++) {
      mean[i] = (float) (sum[i - first] / ends.size());
    }
  }

  @Override
  public Map<String, float[]> vectors() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    ends.forEach(end -> vectors.put(EPOCH + (vectors.size() + 1), end));
    return vectors;
  }
}
