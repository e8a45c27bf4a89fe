package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The {@linkplain WeightedMean weighted mean} of the replicas' values of one chunk, with the
 * chunk's part of the {@linkplain Divergence divergence}. It has the same bits on every machine.
 */
public final class ChunkMean implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient float[] mean;
  private final List<Integer> notFinite;
  private final Divergence divergence;

  private ChunkMean(float[] mean, List<Integer> notFinite, Divergence divergence) {
    this.mean = mean;
    this.notFinite = notFinite;
    this.divergence = divergence;
  }

  /**
   * Computes the mean alone.
   *
   * @param start the chunk of the vector that all started from
   * @param vectors vectors of the replicas, in replica order; empty where no example was seen
   * @param examples number of examples that each has seen, in total at least 1
   * @throws NotFiniteException if the mean of finite values overflows a float
   */
  public static ChunkMean of(float[] start, List<float[]> vectors, List<Long> examples) {
    WeightedMean mean = add(start, vectors, examples);
    return new ChunkMean(mean.mean(), notFinite(mean, vectors), Divergence.NONE);
  }

  /**
   * Computes the mean and the divergence of the replicas.
   *
   * @param parameters the values that the divergence is computed over
   */
  public static ChunkMean withDivergence(
      float[] start, List<float[]> vectors, List<Long> examples, Ranges parameters) {
    ChunkMean mean = of(start, vectors, examples);
    double all = total(examples);
    List<Double> weights = examples.stream().map(seen -> seen / all).toList();
    return new ChunkMean(
        mean.mean, mean.notFinite, Divergence.of(start, mean.mean, vectors, weights, parameters));
  }

  private static WeightedMean add(float[] start, List<float[]> vectors, List<Long> examples) {
    Checks.that(
        vectors.size() == examples.size(),
        "examples",
        examples.size() + " (must be as many as the " + vectors.size() + " vectors)");
    WeightedMean mean = new WeightedMean(start, total(examples));
    for (int k = 0; k < vectors.size(); k++) {
      mean.add(vectors.get(k), examples.get(k));
    }
    return mean;
  }

  /** A value that is not finite in a vector is not finite in the mean, as all weights exceed 0. */
  private static List<Integer> notFinite(WeightedMean mean, List<float[]> vectors) {
    if (mean.isFinite()) {
      return List.of();
    }
    List<Integer> found =
        IntStream.range(0, vectors.size())
            .filter(k -> WeightedMean.firstNotFinite(vectors.get(k)) >= 0)
            .boxed()
            .toList();
    if (found.isEmpty()) {
      throw new NotFiniteException("the mean");
    }
    return found;
  }

  private static long total(List<Long> examples) {
    return examples.stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the weighted mean. */
  public float[] mean() {
    return mean;
  }

  /** Returns the replicas with a value that is not finite. */
  public List<Integer> notFinite() {
    return notFinite;
  }

  /**
   * Returns this chunk's part of the divergence; {@link Divergence#NONE} if it was not requested.
   */
  public Divergence divergence() {
    return divergence;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    FloatBytes.write(mean, out);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    mean = FloatBytes.read(in);
  }
}
