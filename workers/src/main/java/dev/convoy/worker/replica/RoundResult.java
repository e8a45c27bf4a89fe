package dev.convoy.worker.replica;

import java.io.Serializable;

/** What a replica brings back from a round. */
public final class RoundResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int replica;
  private final long examples;
  private final double lossSum;
  private final long computeNanos;
  private final Vectors vectors;

  RoundResult(int replica, long examples, double lossSum, long computeNanos, Vectors vectors) {
    this.replica = replica;
    this.examples = examples;
    this.lossSum = lossSum;
    this.computeNanos = computeNanos;
    this.vectors = vectors;
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

  /** Flat; empty where no example was seen. */
  public float[] parameters() {
    return vectors.parameters();
  }

  /** Flat; empty where no example was seen, or where the updater keeps none. */
  public float[] updaterState() {
    return vectors.updaterState();
  }
}
