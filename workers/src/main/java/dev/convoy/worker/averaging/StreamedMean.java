package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;

/**
 * The {@link WeightedMean}, bit for bit, of vectors that come one by one: each is added to a sum at
 * once and not kept. It needs 8 bytes a value, and 4 more for a vector that carries the whole
 * weight, however many replicas there are; where all vectors lie in memory anyway, {@link
 * WeightedMean} is faster.
 *
 * <p>Each value is averaged by itself, with the same operations in the same order: the sum {@code Σ
 * w_k · (p_k − p)} in double precision in the order of adding, which must be replica order. So
 * chunks {@code [from, to)} of the vectors, averaged each by itself and in any place, have the bits
 * of the mean of the whole, whatever the chunks are.
 */
public final class StreamedMean {
  private final float[] start;
  private final int from;
  private final long totalExamples;
  private final double[] delta;
  private float[] whole = new float[0];
  private long added;

  /**
   * Starts a mean of whole vectors.
   *
   * @param start the vector that every replica started from; not copied
   * @param totalExamples {@code Σ n_k}, at least 1
   */
  public StreamedMean(float[] start, long totalExamples) {
    this(start, 0, start.length, totalExamples);
  }

  /**
   * Starts a mean of a chunk of the vectors.
   *
   * @param start the whole vector that every replica started from; not copied
   * @param from the first value of the chunk, at least 0
   * @param to behind its last, at least {@code from} and at most the length of {@code start}
   * @param totalExamples {@code Σ n_k}, at least 1
   */
  public StreamedMean(float[] start, int from, int to, long totalExamples) {
    Checks.atLeast(0, from, "from");
    Checks.atLeast(from, to, "to");
    Checks.that(to <= start.length, "to", to + " (must be at most " + start.length + ")");
    Checks.atLeast(1, totalExamples, "totalExamples");
    this.start = start;
    this.from = from;
    this.totalExamples = totalExamples;
    this.delta = new double[to - from];
  }

  /**
   * Adds what one replica brought back. A replica that saw no example adds nothing.
   *
   * @param vector its values {@code [from, to)}; not kept
   * @throws IllegalArgumentException if the vector is of another length, or the examples negative
   */
  public void add(float[] vector, long examples) {
    Checks.atLeast(0, examples, "examples");
    if (examples == 0) {
      return;
    }
    if (vector.length != delta.length) {
      throw new IllegalArgumentException(
          "Cannot average " + vector.length + " values into " + delta.length);
    }
    added = Math.addExact(added, examples);
    if (examples == totalExamples) {
      whole = vector.clone();
      return;
    }
    double weight = (double) examples / totalExamples;
    Blocks.forEach(
        delta.length,
        (first, end) -> {
          for (int i = first; i < end; i++) {
            delta[i] += weight * ((double) vector[i] - start[from + i]);
          }
        });
  }

  /**
   * The mean, in an array of its own of {@code to − from} values.
   *
   * @throws IllegalStateException if the examples added are not the total
   */
  public float[] mean() {
    if (added != totalExamples) {
      throw new IllegalStateException(
          "Cannot average: " + added + " of " + totalExamples + " examples were added");
    }
    if (whole.length > 0) {
      return whole.clone();
    }
    float[] mean = new float[delta.length];
    Blocks.forEach(
        mean.length,
        (first, end) -> {
          for (int i = first; i < end; i++) {
            mean[i] = (float) (start[from + i] + delta[i]);
          }
        });
    return mean;
  }
}
