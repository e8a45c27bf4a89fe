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
 * The settings of a replica that do not change during a run.
 *
 * @param spec specification of its network
 * @param examples type of its examples
 * @param shards assignment of examples to replicas
 * @param batch minibatch size on each replica, at least 1
 * @param seed seed of the run
 * @param answer content and encoding of what is sent after a round
 */
public record ReplicaPlan(
    GraphSpec<?> spec, Examples examples, ShardPlan shards, int batch, long seed, Answer answer)
    implements Serializable {
  public ReplicaPlan {
    Checks.atLeast(1, batch, "batch");
  }

  /** Returns a plan whose results have parameters that are not encoded. */
  public ReplicaPlan withoutEncoding() {
    Answer plain =
        new Answer(
            DeltaCodec.FLOAT32,
            answer.statistics,
            answer.parameters,
            answer.withUpdaterState,
            answer.withExampleScores);
    return new ReplicaPlan(spec, examples, shards, batch, seed, plain);
  }

  /** Returns a plan whose results have the scores of examples. */
  public ReplicaPlan withExampleScores() {
    Answer scored =
        new Answer(
            answer.codec, answer.statistics, answer.parameters, answer.withUpdaterState, true);
    return new ReplicaPlan(spec, examples, shards, batch, seed, scored);
  }

  /**
   * The content and encoding of the result that a replica sends after a round, and of the
   * parameters of the next round.
   *
   * @param codec encoding of the parameters
   * @param statistics batch normalisation statistics in the flat parameters
   * @param parameters ranges of the ordinary parameters
   * @param withUpdaterState whether the updater state is sent too
   * @param withExampleScores whether the scores of each example are sent too
   */
  public record Answer(
      DeltaCodec codec,
      List<PooledVariances.Statistics> statistics,
      Ranges parameters,
      boolean withUpdaterState,
      boolean withExampleScores)
      implements Serializable {
    /** The answer without scores of examples. */
    public Answer(
        DeltaCodec codec,
        List<PooledVariances.Statistics> statistics,
        Ranges parameters,
        boolean withUpdaterState) {
      this(codec, statistics, parameters, withUpdaterState, false);
    }

    /** Whether parameters are sent as encoded deltas. */
    public boolean isEncoded() {
      return codec != DeltaCodec.FLOAT32;
    }

    /**
     * Encodes one chunk of parameters, those of a replica or of the next round.
     *
     * @param start the same chunk of the round's start parameters
     * @param values the chunk
     * @param seed seed of stochastic rounding, for all chunks of the vector
     */
    public byte[] encode(float[] start, float[] values, Chunks chunks, int chunk, long seed) {
      return codec.encode(start, values, chunks.cut(parameters, chunk), seed + chunk);
    }

    /**
     * Decodes one chunk of parameters, those of a replica or of the next round.
     *
     * @param sent encoded bytes of the chunk
     * @param start the same chunk of the round's start parameters
     */
    public float[] decode(byte[] sent, Chunks chunks, int chunk, float[] start) {
      return isEncoded()
          ? codec.decode(sent, start, chunks.cut(parameters, chunk))
          : FloatBytes.read(sent);
    }

    /**
     * Computes the mean of one chunk of the replicas' parameters.
     *
     * @param trained chunks of the replicas, in replica order; empty where no example was seen
     * @param start the same chunk of the round's start parameters
     * @param withDivergence whether to compute the divergence of the replicas
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
