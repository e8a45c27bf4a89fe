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
  private final double meanOfSquares;
  private final double squareOfMean;

  private ChunkMean(
      float[] mean, List<Integer> notFinite, double meanOfSquares, double squareOfMean) {
    this.mean = mean;
    this.notFinite = notFinite;
    this.meanOfSquares = meanOfSquares;
    this.squareOfMean = squareOfMean;
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
    return new ChunkMean(mean.mean(), notFinite(mean, vectors), 0, 0);
  }

  /**
   * The mean, and the squares that the divergence is made of.
   *
   * @param parameters the values that count for it
   */
  public static ChunkMean withSquares(
      float[] start, List<float[]> vectors, List<Long> examples, Ranges parameters) {
    ChunkMean mean = of(start, vectors, examples);
    double all = total(examples);
    double squares = 0;
    for (int k = 0; k < vectors.size(); k++) {
      if (examples.get(k) > 0) {
        squares +=
            examples.get(k) / all * Divergence.squaredDistance(start, vectors.get(k), parameters);
      }
    }
    double square = Divergence.squaredDistance(start, mean.mean, parameters);
    return new ChunkMean(mean.mean, mean.notFinite, squares, square);
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

  /** The divergence of the replicas over all chunks, in their order. */
  public static double divergence(List<ChunkMean> chunks) {
    double squares = 0;
    double square = 0;
    for (ChunkMean chunk : chunks) {
      squares += chunk.meanOfSquares;
      square += chunk.squareOfMean;
    }
    return Divergence.ofDeltas(squares, square);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(FloatBytes.of(mean));
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    mean = FloatBytes.read((byte[]) in.readObject());
  }
}
