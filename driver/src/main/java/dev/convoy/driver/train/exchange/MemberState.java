package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ParameterMean;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.replica.ReplicaPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The averaged state on one executor: the whole parameters and updater state, which the next round
 * starts from, and the state of the outer step and the running mean for the chunks that it owns.
 * The vectors are written to in place, chunk by chunk.
 */
final class MemberState {
  private final ExchangePlan plan;
  private final ReplicaPlan.Answer answer;
  private final int rank;
  private final int members;
  private final float[] parameters;
  private final float[] updaterState;
  private final Map<Integer, OuterStep.State> outer = new HashMap<>();
  private final Map<Integer, Map<String, float[]>> runningMeans = new ConcurrentHashMap<>();

  /**
   * Copies a state.
   *
   * @param rank of this executor
   * @param members number of executors
   */
  MemberState(
      ExchangePlan plan, ReplicaPlan.Answer answer, AveragedState start, int rank, int members) {
    this.plan = plan;
    this.answer = answer;
    this.rank = rank;
    this.members = members;
    this.parameters = start.parameters().clone();
    this.updaterState =
        start.updaterState().length == 0
            ? new float[plan.updaterState()]
            : start.updaterState().clone();
    Chunks chunks = plan.parameterChunks();
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      if (isOwn(chunk)) {
        int index = chunk;
        outer.put(
            chunk,
            OuterStep.State.of(
                start.outer().stream().map(vector -> copy(chunks, vector, index)).toList()));
        if (plan.keepsRunningMean()) {
          Map<String, float[]> mean = new TreeMap<>();
          start
              .runningMean()
              .forEach(
                  (name, vector) ->
                      mean.put(
                          name,
                          ReturnedModel.isPerParameter(name)
                              ? copy(chunks, vector, index)
                              : vector));
          runningMeans.put(chunk, mean);
        }
      }
    }
  }

  private static float[] copy(Chunks chunks, float[] vector, int chunk) {
    return chunks.count() == 1 ? vector.clone() : chunks.cut(vector, chunk);
  }

  /** The rank of the executor that owns a chunk. */
  int owner(int chunk) {
    return ExchangePlan.owner(chunk, members);
  }

  boolean isOwn(int chunk) {
    return owner(chunk) == rank;
  }

  /** Parameters that the next round starts from; they must not be written to. */
  float[] parameters() {
    return parameters;
  }

  /** Updater state that the next round starts from; empty if it is reset or there is none. */
  float[] updaterState() {
    return updaterState;
  }

  /** Returns the values of a chunk, which change when it is replaced. */
  FloatSlice slice(int chunk) {
    return plan.slice(plan.isOfParameters(chunk) ? parameters : updaterState, chunk);
  }

  /**
   * Takes the outer step from the mean of an own chunk, without storing its result.
   *
   * @throws dev.convoy.worker.averaging.NotFiniteException if a new value is not finite
   */
  float[] outerStep(int chunk, float[] mean) {
    Chunks chunks = plan.parameterChunks();
    return plan.outerStep().kind() == OuterStep.Kind.MEAN
        ? mean
        : plan.outerStep()
            .take(
                chunks.cut(parameters, chunk),
                mean,
                outer.get(chunk),
                chunks.cut(answer.parameters(), chunk));
  }

  /** Encodes parameters of the next round as a delta from those of this one. */
  byte[] encode(int chunk, float[] next, long seed) {
    Chunks chunks = plan.parameterChunks();
    return answer.encode(chunks.cut(parameters, chunk), next, chunks, chunk, seed);
  }

  /** Decodes parameters of the next round. */
  float[] decode(int chunk, byte[] encoded) {
    Chunks chunks = plan.parameterChunks();
    return answer.decode(encoded, chunks, chunk, chunks.cut(parameters, chunk));
  }

  /** Whether the values of a chunk are sent as an encoded delta. */
  boolean isEncoded(int chunk) {
    return answer.isEncoded() && plan.isOfParameters(chunk);
  }

  /** Replaces the parameters of an own chunk, and adds them to the running mean. */
  void replace(int chunk, float[] next, int steps) {
    Optional<ParameterMean> running =
        plan.keepsRunningMean()
            ? plan.returned().restore(runningMeans.get(chunk))
            : Optional.empty();
    if (running.isPresent()) {
      running.get().afterRound(next, steps);
      runningMeans.put(chunk, running.get().vectors());
    }
    replace(chunk, next);
  }

  /** Whether the parameters of the next round are the mean itself, and nothing else is kept. */
  boolean isMeanTheNextState() {
    return plan.outerStep().kind() == OuterStep.Kind.MEAN && !plan.keepsRunningMean();
  }

  /** Replaces a chunk. */
  void replace(int chunk, float[] values) {
    FloatSlice slice = slice(chunk);
    System.arraycopy(values, 0, slice.array(), slice.first(), values.length);
  }

  /** Receives the parts of vectors. */
  interface PartReceiver {
    /**
     * Called with a part.
     *
     * @param vector name of the vector
     * @param length number of values of the whole vector
     * @param first index of the part's first value in it
     */
    void part(String vector, int length, int first, FloatSlice values);
  }

  /** Hands out everything that this executor owns. */
  void forEachOwnPart(PartReceiver receiver) {
    for (int chunk = rank; chunk < plan.chunks(); chunk += members) {
      int first = plan.of(chunk).offset(plan.within(chunk));
      if (!plan.isOfParameters(chunk)) {
        receiver.part(StateParts.UPDATER, plan.updaterState(), first, slice(chunk));
        continue;
      }
      receiver.part(StateParts.PARAMETERS, plan.parameters(), first, slice(chunk));
      List<float[]> vectors = outer.get(chunk).vectors();
      for (int i = 0; i < vectors.size(); i++) {
        receiver.part(
            StateParts.OUTER + i, plan.parameters(), first, FloatSlice.of(vectors.get(i)));
      }
      for (Map.Entry<String, float[]> entry :
          runningMeans.getOrDefault(chunk, Map.of()).entrySet()) {
        FloatSlice vector = FloatSlice.of(entry.getValue());
        String name = StateParts.MEAN + entry.getKey();
        if (ReturnedModel.isPerParameter(entry.getKey())) {
          receiver.part(name, plan.parameters(), first, vector);
        } else if (chunk == 0) {
          receiver.part(name, vector.length(), 0, vector);
        }
      }
    }
  }
}
