package dev.convoy.driver.train.rounds;

import dev.convoy.driver.train.exchange.Coordinator;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.averaging.ChunkMean;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.Divergence;
import dev.convoy.worker.averaging.NotFiniteException;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ParameterMean;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Averages the results of the replicas into the state of the next round. Means are taken in replica
 * order, in double precision, weighted by examples; batch-norm variances are pooled over all
 * examples. The outer step computes the parameters of the next round from the mean.
 */
final class Averaging {
  private final AveragingPlan plan;
  private final ReplicaPlan replicaPlan;
  private final ReplicaPlan.Answer answer;

  Averaging(AveragingPlan plan, ReplicaPlan replicaPlan) {
    this.plan = plan;
    this.replicaPlan = replicaPlan;
    this.answer = replicaPlan.answer();
  }

  /**
   * The results of the replicas, with the means of their vectors by chunk.
   *
   * @param replicas results in the order of the replicas, possibly without vectors
   */
  record Combined(
      List<RoundResult> replicas, List<ChunkMean> parameters, List<ChunkMean> updaterState) {}

  /** Batch-norm statistics of the layers that are not frozen. */
  List<PooledVariances.Statistics> statistics() {
    return answer.statistics();
  }

  /**
   * The averaged state and the loss of one round.
   *
   * @param examples number of examples seen by all replicas
   * @param loss mean loss over the examples
   * @param divergence of the replicas from each other; 0 if the round does not compute it
   * @param state vectors that the next round starts from
   */
  record Averaged(long examples, double loss, double divergence, Supplier<AveragedState> state) {}

  /**
   * Computes the chunk means of results that hold their vectors.
   *
   * @param results in the order of the replicas
   * @param state before the round
   * @param withDivergence whether to compute the divergence of the replicas
   */
  Combined combine(List<RoundResult> results, RunState state, boolean withDivergence) {
    List<Long> examples = results.stream().map(RoundResult::examples).toList();
    Chunks chunks = new Chunks(state.parameters().length);
    List<float[]> states = results.stream().map(RoundResult::updaterState).toList();
    Chunks stateChunks = new Chunks(states.stream().mapToInt(one -> one.length).max().orElse(0));
    float[] startState = zerosIfEmpty(state.updaterState(), stateChunks.length());
    return new Combined(
        results,
        eachChunk(
            chunks,
            chunk -> {
              float[] start = chunks.cut(state.parameters(), chunk);
              List<float[]> trained =
                  results.stream()
                      .map(result -> result.parameters(chunks, chunk, start, answer))
                      .toList();
              return answer.mean(trained, examples, chunks, chunk, start, withDivergence);
            }),
        eachChunk(
            stateChunks,
            chunk ->
                ChunkMean.of(
                    stateChunks.cut(startState, chunk),
                    states.stream()
                        .map(one -> one.length == 0 ? one : stateChunks.cut(one, chunk))
                        .toList(),
                    examples)));
  }

  private static List<ChunkMean> eachChunk(Chunks chunks, IntFunction<ChunkMean> mean) {
    return IntStream.range(0, chunks.count()).parallel().mapToObj(mean).toList();
  }

  private static float[] zerosIfEmpty(float[] state, int length) {
    return state.length == 0 ? new float[length] : state;
  }

  /**
   * Averages combined results, takes the outer step and updates the running mean.
   *
   * @param state before the round
   * @param round plan of the round, whose vectors are not used
   * @throws DivergedException if a loss or parameter is not finite
   */
  Averaged average(Combined combined, RunState state, RoundPlan round) {
    Progress progress = state.progress();
    List<RoundResult> replicas = combined.replicas();
    requireFiniteLoss(replicas, progress);
    float[] mean = join(combined.parameters(), ExchangePlan.PARAMETER, progress);
    pool(replicas, mean, progress);
    OuterStep.State outer = state.outer();
    float[] stepped = asSent(outerStep(state.parameters(), mean, outer, progress), state, round);
    Optional<ParameterMean> running = plan.returned().restore(state.vectors().get().runningMean());
    running.ifPresent(one -> one.afterRound(stepped, round.steps()));
    AveragedState next =
        new AveragedState(
            stepped,
            join(combined.updaterState(), ExchangePlan.UPDATER_VALUE, progress),
            outer.vectors(),
            running.map(ParameterMean::vectors).orElse(Map.of()));
    Divergence divergence =
        combined.parameters().stream()
            .map(ChunkMean::divergence)
            .reduce(Divergence.NONE, Divergence::plus);
    return averaged(replicas, divergence, () -> next);
  }

  /**
   * Checks what the executors have averaged.
   *
   * @throws DivergedException if a loss or parameter is not finite
   */
  static void check(Coordinator.Outcome outcome, Progress progress) {
    requireFiniteLoss(outcome.results(), progress);
    outcome
        .notFinite()
        .ifPresent(
            value -> {
              Progress at = progress.inRound(value.round());
              throw value.replica().isPresent()
                  ? new DivergedException(value.what(), at, value.replica().getAsInt())
                  : new DivergedException(value.what(), at);
            });
  }

  /** Returns what the executors have averaged. */
  static Averaged averaged(ExecutorRounds.Round round) {
    return averaged(round.outcome().results(), round.outcome().divergence(), round.state());
  }

  private static Averaged averaged(
      List<RoundResult> replicas, Divergence divergence, Supplier<AveragedState> state) {
    long examples = replicas.stream().mapToLong(RoundResult::examples).sum();
    double lossSum = replicas.stream().mapToDouble(RoundResult::lossSum).sum();
    return new Averaged(examples, lossSum / examples, divergence.ratio(), state);
  }

  private static float[] join(List<ChunkMean> chunks, String what, Progress progress) {
    chunks.stream()
        .flatMap(chunk -> chunk.notFinite().stream())
        .min(Integer::compare)
        .ifPresent(
            replica -> {
              throw new DivergedException(what, progress, replica);
            });
    List<float[]> means = chunks.stream().map(ChunkMean::mean).toList();
    return new Chunks(means.stream().mapToInt(chunk -> chunk.length).sum()).join(means);
  }

  private void pool(List<RoundResult> replicas, float[] mean, Progress progress) {
    if (answer.statistics().isEmpty()) {
      return;
    }
    PooledVariances variances = new PooledVariances(answer.statistics());
    replicas.forEach(result -> variances.addAll(result.moments()));
    variances.writeTo(mean);
    if (WeightedMean.firstNotFinite(mean) >= 0) {
      throw new DivergedException("a variance of batch norm", progress);
    }
  }

  private float[] outerStep(float[] start, float[] mean, OuterStep.State outer, Progress progress) {
    try {
      return plan.outerStep().take(start, mean, outer, answer.parameters());
    } catch (NotFiniteException e) {
      throw new DivergedException(e.what(), progress);
    }
  }

  /**
   * Returns the parameters of the next round as executors would decode them that do not average all
   * chunks themselves, so that a run has the same bits wherever its chunks are averaged.
   */
  private float[] asSent(float[] next, RunState state, RoundPlan round) {
    if (!answer.isEncoded()) {
      return next;
    }
    Chunks chunks = new Chunks(next.length);
    long seed = round.resultSeed(replicaPlan);
    List<float[]> decoded =
        IntStream.range(0, chunks.count())
            .parallel()
            .mapToObj(
                chunk -> {
                  float[] start = chunks.cut(state.parameters(), chunk);
                  byte[] sent = answer.encode(start, chunks.cut(next, chunk), chunks, chunk, seed);
                  return answer.decode(sent, chunks, chunk, start);
                })
            .toList();
    float[] joined = chunks.join(decoded);
    if (WeightedMean.firstNotFinite(joined) >= 0) {
      throw new DivergedException(ExchangePlan.ENCODED_PARAMETER, state.progress());
    }
    return joined;
  }

  private static void requireFiniteLoss(List<RoundResult> replicas, Progress progress) {
    for (RoundResult result : replicas) {
      if (!Double.isFinite(result.lossSum())) {
        throw new DivergedException("the loss", progress, result.replica());
      }
    }
  }
}
