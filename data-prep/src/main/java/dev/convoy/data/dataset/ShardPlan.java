package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;

/**
 * Assigns examples to replicas: the train split is sorted by (label, hash(seed, id), id), and the
 * example at position {@code i} belongs to replica {@code i mod replicas}.
 *
 * <p>So shards differ by at most one example, overall and within each label, and the plan depends
 * only on the examples, the seed and the number of replicas.
 *
 * @param replicas number of shards, at least 1
 * @param examples number of examples of the train split, at least one for each replica
 * @param seed seed of the run
 */
public record ShardPlan(int replicas, long examples, long seed) implements Serializable {
  public ShardPlan {
    Checks.atLeast(1, replicas, "replicas");
    Checks.that(
        examples >= replicas,
        "replicas",
        replicas + " replicas for " + examples + " examples (each needs at least one)");
  }

  /** Returns the replica that trains on the example at a position of the sorted train split. */
  public int replicaOf(long position) {
    return (int) (position % replicas);
  }

  /** Returns the number of examples of one shard. */
  public long size(int replica) {
    return examples / replicas + (replica < examples % replicas ? 1 : 0);
  }

  /** Returns the local steps of a replica in one epoch; the last one may have fewer examples. */
  public long steps(int replica, int batch) {
    return (size(replica) + batch - 1) / batch;
  }

  /** Returns the local steps of an epoch: those of the first shard, which is the largest. */
  public long stepsPerEpoch(int batch) {
    return steps(0, batch);
  }

  /** Returns the second sort key of an example, which shuffles examples within their label. */
  public static long hash(long seed, String id) {
    return new Sha256().add(seed).add(id).firstLong();
  }
}
