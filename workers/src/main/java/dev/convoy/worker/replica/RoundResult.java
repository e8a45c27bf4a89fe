package dev.convoy.worker.replica;

import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatBytes;
import dev.convoy.worker.averaging.PooledVariances;
import java.io.Serializable;
import java.util.Optional;

/** The result of one replica in one round. */
public final class RoundResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int replica;
  private final long examples;
  private final double lossSum;
  private final long computeNanos;
  private final PooledVariances moments;

  /** Null unless the answer has them. */
  private final ExampleScores scores;

  private final Vectors vectors;
  private final long bytes;

  RoundResult(
      int replica,
      long examples,
      double lossSum,
      long computeNanos,
      PooledVariances moments,
      ExampleScores scores,
      Vectors vectors) {
    this(replica, examples, lossSum, computeNanos, moments, scores, vectors, vectors.bytes());
  }

  private RoundResult(
      int replica,
      long examples,
      double lossSum,
      long computeNanos,
      PooledVariances moments,
      ExampleScores scores,
      Vectors vectors,
      long bytes) {
    this.replica = replica;
    this.examples = examples;
    this.lossSum = lossSum;
    this.computeNanos = computeNanos;
    this.moments = moments;
    this.scores = scores;
    this.vectors = vectors;
    this.bytes = bytes;
  }

  /** Returns the result of a replica whose epoch was over before the round. */
  static RoundResult empty(int replica, ReplicaPlan.Answer answer) {
    return new RoundResult(
        replica, 0, 0, 0, new PooledVariances(answer.statistics()), null, Vectors.none());
  }

  /** Returns a copy without its vectors, which were sent separately. */
  public RoundResult withoutVectors() {
    return new RoundResult(
        replica, examples, lossSum, computeNanos, moments, scores, Vectors.none(), bytes);
  }

  /**
   * Returns a copy with other vectors, the parameters encoded as the plan says.
   *
   * @param parameters flat parameters; not copied
   * @param base flat parameters that the encoding is relative to
   * @param updaterState flat updater state; empty if it is not sent
   */
  public RoundResult withVectors(
      float[] parameters, float[] base, float[] updaterState, ReplicaPlan plan, RoundPlan round) {
    Vectors sent = Vectors.encoded(parameters, base, updaterState, plan, round, replica);
    return new RoundResult(replica, examples, lossSum, computeNanos, moments, scores, sent);
  }

  public int replica() {
    return replica;
  }

  /** Number of examples seen; 0 if the shard's epoch was over. */
  public long examples() {
    return examples;
  }

  /** Sum of the loss over the examples, each with the parameters before its minibatch's step. */
  public double lossSum() {
    return lossSum;
  }

  /** Nanoseconds in local steps, including the construction of batches. */
  public long computeNanos() {
    return computeNanos;
  }

  /** Returns the batch normalisation means and variances, weighted by examples. */
  public PooledVariances moments() {
    return moments;
  }

  /** Scores of each example; empty unless the answer has them, or if no example was seen. */
  public Optional<ExampleScores> scores() {
    return Optional.ofNullable(scores);
  }

  /** Number of bytes of the vectors when sent between processes. */
  public long bytes() {
    return bytes;
  }

  /** Returns the flat trained parameters if the codec is float32; empty if no example was seen. */
  public float[] parameters() {
    return vectors.parameters();
  }

  /**
   * Returns one chunk of the trained parameters; empty if no example was seen.
   *
   * @param start the same chunk of the round's start parameters
   */
  public float[] parameters(Chunks chunks, int chunk, float[] start, ReplicaPlan.Answer answer) {
    if (examples == 0) {
      return new float[0];
    }
    return vectors
        .coded()
        .map(coded -> answer.decode(coded.get(chunk), chunks, chunk, start))
        .orElseGet(() -> chunks.cut(vectors.parameters(), chunk));
  }

  /** Whether the trained parameters are encoded by another codec than float32. */
  public boolean isEncoded() {
    return vectors.coded().isPresent();
  }

  /** Returns one chunk of the trained parameters as encoded by the codec of the answer. */
  public byte[] encodedParameters(Chunks chunks, int chunk) {
    return vectors
        .coded()
        .map(coded -> coded.get(chunk))
        .orElseGet(() -> FloatBytes.of(chunks.cut(vectors.parameters(), chunk)));
  }

  /** Returns the flat updater state; empty if no example was seen or none exists or is sent. */
  public float[] updaterState() {
    return vectors.updaterState();
  }
}
