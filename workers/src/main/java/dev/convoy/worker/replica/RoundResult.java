package dev.convoy.worker.replica;

import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatBytes;
import dev.convoy.worker.averaging.PooledVariances;
import java.io.Serializable;

/** What a replica brings back from a round. */
public final class RoundResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int replica;
  private final long examples;
  private final double lossSum;
  private final long computeNanos;
  private final PooledVariances moments;
  private final Vectors vectors;
  private final long bytes;

  RoundResult(
      int replica,
      long examples,
      double lossSum,
      long computeNanos,
      PooledVariances moments,
      Vectors vectors) {
    this(replica, examples, lossSum, computeNanos, moments, vectors, vectors.bytes());
  }

  private RoundResult(
      int replica,
      long examples,
      double lossSum,
      long computeNanos,
      PooledVariances moments,
      Vectors vectors,
      long bytes) {
    this.replica = replica;
    this.examples = examples;
    this.lossSum = lossSum;
    this.computeNanos = computeNanos;
    this.moments = moments;
    this.vectors = vectors;
    this.bytes = bytes;
  }

  /** Of a replica whose epoch was over before the round. */
  static RoundResult nothing(int replica, ReplicaPlan.Answer answer) {
    return new RoundResult(
        replica, 0, 0, 0, new PooledVariances(answer.statistics()), Vectors.none());
  }

  /** The same without its vectors, which have gone another way. */
  public RoundResult withoutVectors() {
    return new RoundResult(
        replica, examples, lossSum, computeNanos, moments, Vectors.none(), bytes);
  }

  public int replica() {
    return replica;
  }

  /** Examples seen; 0 where the shard's epoch was over. */
  public long examples() {
    return examples;
  }

  /** Sum over the examples of the loss, each with its minibatch's parameters. */
  public double lossSum() {
    return lossSum;
  }

  /** Nanoseconds in local steps, batches included. */
  public long computeNanos() {
    return computeNanos;
  }

  /** Means and variances of batch normalisation, with the examples as their weight. */
  public PooledVariances moments() {
    return moments;
  }

  /** Bytes of the vectors as they are sent between processes. */
  public long bytes() {
    return bytes;
  }

  /** The trained parameters, flat, where they are float32; empty where no example was seen. */
  public float[] parameters() {
    return vectors.parameters();
  }

  /**
   * One chunk of the trained parameters; empty where no example was seen.
   *
   * @param start the same chunk of what the round started from
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

  /** The same as it is sent, to be read by the codec of the answer. */
  public byte[] encodedParameters(Chunks chunks, int chunk) {
    return vectors
        .coded()
        .map(coded -> coded.get(chunk))
        .orElseGet(() -> FloatBytes.of(chunks.cut(vectors.parameters(), chunk)));
  }

  /** Flat; empty where no example was seen, and where the updater keeps none or none is sent. */
  public float[] updaterState() {
    return vectors.updaterState();
  }
}
