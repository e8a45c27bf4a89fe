package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.replica.RoundPlan;
import java.io.Serializable;

/**
 * The vectors of an exchange, and the settings of their averaging. The chunks of the parameters
 * come first, then those of the updater state.
 *
 * @param replicas number of all replicas
 * @param parameters number of values of the flat parameters
 * @param updaterState number of values of the updater state; 0 if there is none or it is reset
 * @param outerStep computes the parameters of the next round
 * @param returned the running mean that is kept
 * @param mayOverlap whether the averaging of some rounds goes on beside the next round's steps
 */
public record ExchangePlan(
    int replicas,
    int parameters,
    int updaterState,
    OuterStep outerStep,
    ReturnedModel returned,
    boolean mayOverlap)
    implements Serializable {

  /** Name of a value of the parameters, for messages. */
  public static final String PARAMETER = "a parameter";

  /** Name of a value of the next round's parameters as they are sent, for messages. */
  public static final String ENCODED_PARAMETER = "an encoded parameter";

  /** Name of a value of the updater state, for messages. */
  public static final String UPDATER_VALUE = "a value of the updater";

  /** Name of a value of a chunk, for messages. */
  String valueOf(int chunk) {
    return isOfParameters(chunk) ? PARAMETER : UPDATER_VALUE;
  }

  Chunks parameterChunks() {
    return new Chunks(parameters);
  }

  Chunks updaterChunks() {
    return new Chunks(updaterState);
  }

  /** Number of all chunks. */
  public int chunks() {
    return parameterChunks().count() + (updaterState == 0 ? 0 : updaterChunks().count());
  }

  /**
   * Number of chunks that a round exchanges: updater state stays where it is in overlapped ones.
   */
  int chunks(RoundPlan round) {
    return round.isOverlapped() ? parameterChunks().count() : chunks();
  }

  /** Returns the rank of the executor that averages a chunk. */
  static int owner(int chunk, int executors) {
    return chunk % executors;
  }

  /**
   * Whether the sum of replicas is sent for a chunk: it takes no more bytes than their values.
   *
   * @param bytesOfOne number of bytes of one replica's values of the chunk
   */
  public boolean isSumShorter(int chunk, int summed, long bytesOfOne) {
    return summed > 1 && (long) length(chunk) * Double.BYTES <= summed * bytesOfOne;
  }

  /** Whether a chunk is one of the parameters. */
  public boolean isOfParameters(int chunk) {
    return chunk < parameterChunks().count();
  }

  /** Returns the number of a chunk within its vector. */
  int within(int chunk) {
    return isOfParameters(chunk) ? chunk : chunk - parameterChunks().count();
  }

  /** Returns the chunks of the vector that a chunk belongs to. */
  Chunks of(int chunk) {
    return isOfParameters(chunk) ? parameterChunks() : updaterChunks();
  }

  /** Number of values of a chunk. */
  public int length(int chunk) {
    return of(chunk).length(within(chunk));
  }

  /** Number of values of the largest chunk. */
  int largestChunk() {
    return Math.max(length(0), length(parameterChunks().count() % chunks()));
  }

  /** Returns the values of a chunk in the vector that it belongs to. */
  FloatSlice slice(float[] vector, int chunk) {
    return of(chunk).slice(vector, within(chunk));
  }

  /** Whether the running mean changes with every round. */
  boolean keepsRunningMean() {
    return returned.kind() == ReturnedModel.Kind.EMA;
  }
}
