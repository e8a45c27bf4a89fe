package dev.convoy.driver.train.rounds;

import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.ChunkMean;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.Divergence;
import dev.convoy.worker.averaging.NotFiniteException;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What replicas bring back becomes the state of the next round: in replica order, in double
 * precision, weighted by examples, as their mean, and the variances of batch norm as those of all
 * examples together. The outer step makes of the mean what the next round starts from.
 */
final class Averaging {
  private final AveragingPlan plan;
  private final ReplicaPlan.Answer answer;

  Averaging(AveragingPlan plan, ReplicaPlan.Answer answer) {
    this.plan = plan;
    this.answer = answer;
  }

  /**
   * What replicas have brought back, with the means of their vectors chunk by chunk.
   *
   * @param replicas in their order; their vectors may be gone
   */
  record Combined(
      List<RoundResult> replicas, List<ChunkMean> parameters, List<ChunkMean> updaterState) {}

  /** Of layers that are trained. */
  List<PooledVariances.Statistics> statistics() {
    return answer.statistics();
  }

  /** What a round has led to. */
  static final class Averaged {
    private final long examples;
    private final double loss;
    private final double divergence;
    private final float[] parameters;
    private final float[] updaterState;
    private final OuterStep.State outer;

    private Averaged(
        long examples,
        double loss,
        double divergence,
        float[] parameters,
        float[] updaterState,
        OuterStep.State outer) {
      this.examples = examples;
      this.loss = loss;
      this.divergence = divergence;
      this.parameters = parameters;
      this.updaterState = updaterState;
      this.outer = outer;
    }

    /** Seen by all replicas. */
    long examples() {
      return examples;
    }

    /** Mean over the examples. */
    double loss() {
      return loss;
    }

    /** Of the replicas from each other; 0 where nothing depends on it. */
    double divergence() {
      return divergence;
    }

    /** What the next round starts from. */
    float[] parameters() {
      return parameters;
    }

    /** Likewise; empty where there is none, and where it is reset. */
    float[] updaterState() {
      return updaterState;
    }

    /** The outer step's after it. */
    OuterStep.State outer() {
      return outer;
    }
  }

  /**
   * Combines results that are here with their vectors.
   *
   * @param results in the order of the replicas
   * @param state that the round started from
   */
  Combined combine(List<RoundResult> results, RunState state) {
    List<Long> examples = results.stream().map(RoundResult::examples).toList();
    Chunks chunks = new Chunks(state.parameters().length);
    List<float[]> states = results.stream().map(RoundResult::updaterState).toList();
    Chunks ofStates = new Chunks(states.stream().mapToInt(one -> one.length).max().orElse(0));
    float[] startState = orZeros(state.updaterState(), ofStates.length());
    return new Combined(
        results,
        each(
            chunks,
            chunk -> {
              float[] start = chunks.cut(state.parameters(), chunk);
              List<float[]> trained =
                  results.stream()
                      .map(result -> result.parameters(chunks, chunk, start, answer))
                      .toList();
              return answer.mean(
                  trained, examples, chunks, chunk, start, plan.period().needsDivergence());
            }),
        each(
            ofStates,
            chunk ->
                ChunkMean.of(
                    ofStates.cut(startState, chunk),
                    states.stream()
                        .map(one -> one.length == 0 ? one : ofStates.cut(one, chunk))
                        .toList(),
                    examples)));
  }

  private static List<ChunkMean> each(Chunks chunks, IntFunction<ChunkMean> mean) {
    return IntStream.range(0, chunks.count()).parallel().mapToObj(mean).toList();
  }

  private static float[] orZeros(float[] state, int length) {
    return state.length == 0 ? new float[length] : state;
  }

  /**
   * Makes of combined results what the next round starts from.
   *
   * @param state that the round started from
   * @throws DivergedException if a loss or parameter is not finite
   */
  Averaged of(Combined combined, RunState state) {
    Progress at = state.progress();
    List<RoundResult> replicas = combined.replicas();
    requireFiniteLoss(replicas, at);
    long examples = replicas.stream().mapToLong(RoundResult::examples).sum();
    double lossSum = replicas.stream().mapToDouble(RoundResult::lossSum).sum();
    float[] mean = join(combined.parameters(), "a parameter", at);
    pool(replicas, mean, at);
    OuterStep.State outer = state.outer();
    float[] stepped = outerStep(state.parameters(), mean, outer, at);
    return new Averaged(
        examples,
        lossSum / examples,
        combined.parameters().stream()
            .map(ChunkMean::divergence)
            .reduce(Divergence.NONE, Divergence::plus)
            .ratio(),
        stepped,
        join(combined.updaterState(), "a value of the updater", at),
        outer);
  }

  private static float[] join(List<ChunkMean> chunks, String what, Progress at) {
    chunks.stream()
        .flatMap(chunk -> chunk.notFinite().stream())
        .min(Integer::compare)
        .ifPresent(
            replica -> {
              throw new DivergedException(what, at, replica);
            });
    List<float[]> means = chunks.stream().map(ChunkMean::mean).toList();
    return new Chunks(means.stream().mapToInt(chunk -> chunk.length).sum()).join(means);
  }

  private void pool(List<RoundResult> replicas, float[] mean, Progress at) {
    if (answer.statistics().isEmpty()) {
      return;
    }
    PooledVariances variances = new PooledVariances(answer.statistics());
    replicas.forEach(result -> variances.addAll(result.moments()));
    variances.writeTo(mean);
    if (WeightedMean.firstNotFinite(mean) >= 0) {
      throw new DivergedException("a variance of batch norm", at);
    }
  }

  private float[] outerStep(float[] start, float[] mean, OuterStep.State outer, Progress at) {
    try {
      return plan.outerStep().take(start, mean, outer, answer.parameters());
    } catch (NotFiniteException e) {
      throw new DivergedException(e.what(), at);
    }
  }

  private static void requireFiniteLoss(List<RoundResult> replicas, Progress at) {
    for (RoundResult result : replicas) {
      if (!Double.isFinite(result.lossSum())) {
        throw new DivergedException("the loss", at, result.replica());
      }
    }
  }
}
