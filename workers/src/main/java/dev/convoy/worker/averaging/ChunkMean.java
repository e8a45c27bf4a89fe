package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the replicas' values of one chunk come to: their {@linkplain WeightedMean weighted mean},
 * and what the {@linkplain Divergence divergence} of the replicas needs to know of them. It is the
 * same to the bit wherever it is computed.
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
   * The mean alone.
   *
   * @param start the chunk of the vector that all started from
   * @param vectors of the replicas, in their order; empty where no example was seen
   * @param examples that each has seen, together at least 1
   * @throws NotFiniteException if the mean of finite values is beyond a float
   */
  public static ChunkMean of(float[] start, List<float[]> vectors, List<Long> examples) {
    WeightedMean mean = add(start, vectors, examples);
    return new ChunkMean(mean.mean(), notFinite(mean, vectors), Divergence.NONE);
  }

  /**
   * The mean, and how far the replicas have moved apart.
   *
   * @param parameters the values that count for it
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

  /** Every replica has a weight above 0: what is not finite in one is not finite in the mean. */
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

  /** The weighted mean. */
  public float[] mean() {
    return mean;
  }

  /** The replicas with a value that is not finite. */
  public List<Integer> notFinite() {
    return notFinite;
  }

  /** Of the replicas, in this chunk; none where it was not asked for. */
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
