package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.averaging.ChunkMean;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.FloatBytes;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.Ranges;
import java.io.Serializable;
import java.util.List;

/**
 * What does not change for a replica during a run.
 *
 * @param spec its network
 * @param examples what they are
 * @param shards which examples are whose
 * @param batch examples of a minibatch on each replica, at least 1
 * @param seed of the run
 * @param answer what it sends back after a round
 */
public record ReplicaPlan(
    GraphSpec<?> spec, Examples examples, ShardPlan shards, int batch, long seed, Answer answer)
    implements Serializable {
  public ReplicaPlan {
    Checks.atLeast(1, batch, "batch");
  }

  /**
   * What a replica sends back after a round.
   *
   * @param codec of its parameters
   * @param statistics of batch normalisation among its parameters
   * @param parameters those that are no such statistics
   * @param withUpdaterState whether the updater's state is sent too
   */
  public record Answer(
      DeltaCodec codec,
      List<PooledVariances.Statistics> statistics,
      Ranges parameters,
      boolean withUpdaterState)
      implements Serializable {
    /**
     * One chunk of a replica's parameters.
     *
     * @param sent as the codec has written it
     * @param start the same chunk of what the round started from
     */
    public float[] decode(byte[] sent, Chunks chunks, int chunk, float[] start) {
      return codec == DeltaCodec.FLOAT32
          ? FloatBytes.read(sent)
          : codec.decode(sent, start, chunks.cut(parameters, chunk));
    }

    /**
     * The mean of one chunk of the replicas' parameters.
     *
     * @param trained of the replicas, in their order; empty where no example was seen
     * @param start what the round started from
     * @param withDivergence whether the divergence of the replicas is asked for
     */
    public ChunkMean mean(
        List<float[]> trained,
        List<Long> examples,
        Chunks chunks,
        int chunk,
        float[] start,
        boolean withDivergence) {
      return withDivergence
          ? ChunkMean.withDivergence(start, trained, examples, chunks.cut(parameters, chunk))
          : ChunkMean.of(start, trained, examples);
    }
  }
}
