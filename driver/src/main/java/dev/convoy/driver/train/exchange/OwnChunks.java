package dev.convoy.driver.train.exchange;

import dev.convoy.driver.train.exchange.Message.ChunkReport;
import dev.convoy.worker.averaging.ChunkMean;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.Divergence;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.NotFiniteException;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The averaging of the chunks that one executor owns, in one round: from the contributions of the
 * replicas to the chunk that the next round starts from. Several tasks of the executor may average
 * different chunks at once.
 */
final class OwnChunks {
  private final ExchangePlan plan;
  private final ReplicaPlan.Answer answer;
  private final MemberState state;
  private final RoundWeights weights;
  private final Supplier<PooledVariances> pooled;
  private final int round;
  private final int steps;
  private final boolean withDivergence;
  private final long resultSeed;
  private final List<ChunkReport> reports = new ArrayList<>();

  /**
   * Creates the averaging of a round.
   *
   * @param pooled statistics of batch normalisation of all replicas; used if there are any
   */
  OwnChunks(
      ExchangePlan plan,
      ReplicaPlan replicaPlan,
      RoundPlan roundPlan,
      RoundWeights weights,
      MemberState state,
      Supplier<PooledVariances> pooled) {
    this.plan = plan;
    this.answer = replicaPlan.answer();
    this.state = state;
    this.weights = weights;
    this.pooled = pooled;
    this.round = roundPlan.round();
    this.steps = roundPlan.steps();
    this.withDivergence = roundPlan.needsDivergence();
    this.resultSeed = roundPlan.resultSeed(replicaPlan);
  }

  /**
   * Averages a chunk and replaces it in the state of this executor. If a value is not finite, that
   * is reported, and the round must not be used.
   *
   * @return the encoded delta for the other executors; empty if they get the values themselves
   */
  Optional<byte[]> combine(int chunk, List<Contribution> contributions) {
    if (state.isEncoded(chunk)) {
      return Optional.of(combineEncoded(chunk, contributions));
    }
    if (plan.isOfParameters(chunk)) {
      combineParameters(chunk, contributions);
    } else {
      mean(chunk, contributions, state.slice(chunk));
    }
    return Optional.empty();
  }

  private void combineParameters(int chunk, List<Contribution> contributions) {
    if (state.isMeanTheNextState() && !withDivergence) {
      FloatSlice next = state.slice(chunk);
      mean(chunk, contributions, next);
      poolVariances(chunk, next);
    } else {
      stepped(chunk, contributions).ifPresent(values -> state.replace(chunk, values, steps));
    }
  }

  /**
   * Averages a chunk, and replaces it by what the others will decode, so that all have the same
   * parameters.
   *
   * @return the encoded delta; one of nothing, if a value is not finite
   */
  private byte[] combineEncoded(int chunk, List<Contribution> contributions) {
    Optional<float[]> next = stepped(chunk, contributions);
    byte[] encoded =
        state.encode(chunk, next.orElseGet(() -> state.slice(chunk).toArray()), resultSeed);
    if (next.isPresent()) {
      float[] decoded = state.decode(chunk, encoded);
      if (FloatSlice.of(decoded).isFinite()) {
        state.replace(chunk, decoded, steps);
      } else {
        reportNotFinite(chunk, ExchangePlan.ENCODED_PARAMETER, List.of());
      }
    }
    return encoded;
  }

  /** Returns the parameters after the outer step; empty if a value is not finite. */
  private Optional<float[]> stepped(int chunk, List<Contribution> contributions) {
    FloatSlice mean = FloatSlice.of(new float[plan.length(chunk)]);
    boolean finite =
        withDivergence
            ? meanWithDivergence(chunk, contributions, mean)
            : mean(chunk, contributions, mean);
    if (finite && poolVariances(chunk, mean)) {
      try {
        return Optional.of(state.outerStep(chunk, mean.array()));
      } catch (NotFiniteException e) {
        reportNotFinite(chunk, e.what(), List.of());
      }
    }
    return Optional.empty();
  }

  /** Writes the pooled variances of batch normalisation; returns whether all are finite. */
  private boolean poolVariances(int chunk, FloatSlice mean) {
    if (answer.statistics().isEmpty()) {
      return true;
    }
    pooled.get().writeTo(mean, plan.parameterChunks().offset(chunk));
    boolean finite = mean.isFinite();
    if (!finite) {
      reportNotFinite(chunk, "a variance of batch norm", List.of());
    }
    return finite;
  }

  /** Writes the mean; returns whether all values are finite. */
  private boolean mean(int chunk, List<Contribution> contributions, FloatSlice to) {
    WeightedMean mean = new WeightedMean(state.slice(chunk), weights.total());
    contributions.forEach(part -> part.addTo(mean, weights));
    mean.meanInto(to);
    if (!mean.isFinite()) {
      List<Integer> guilty =
          contributions.stream()
              .filter(part -> part.isOfReplica() && !part.isFinite())
              .map(Contribution::replica)
              .sorted()
              .toList();
      boolean areAllFinite = contributions.stream().allMatch(Contribution::isFinite);
      reportNotFinite(chunk, areAllFinite ? "the mean" : plan.valueOf(chunk), guilty);
    }
    return mean.isFinite();
  }

  /** Writes the mean and reports the divergence; returns whether all values are finite. */
  private boolean meanWithDivergence(int chunk, List<Contribution> contributions, FloatSlice to) {
    Chunks chunks = plan.parameterChunks();
    List<float[]> vectors = new ArrayList<>();
    for (int replica = 0; replica < plan.replicas(); replica++) {
      vectors.add(new float[0]);
    }
    for (Contribution part : contributions) {
      vectors.set(part.replica(), part.values().toArray());
    }
    try {
      ChunkMean mean =
          ChunkMean.withDivergence(
              chunks.cut(state.parameters(), chunk),
              vectors,
              weights.all(),
              chunks.cut(answer.parameters(), chunk));
      boolean finite = mean.notFinite().isEmpty();
      report(chunk, mean.divergence(), finite ? "" : plan.valueOf(chunk), mean.notFinite());
      System.arraycopy(mean.mean(), 0, to.array(), to.first(), to.length());
      return finite;
    } catch (NotFiniteException e) {
      reportNotFinite(chunk, e.what(), List.of());
      return false;
    }
  }

  /**
   * Reports a value of a chunk that is not finite.
   *
   * @param replicas those whose own values are not finite
   */
  void reportNotFinite(int chunk, String what, List<Integer> replicas) {
    report(chunk, Divergence.NONE, what, replicas);
  }

  private synchronized void report(
      int chunk, Divergence divergence, String notFinite, List<Integer> replicas) {
    reports.add(new ChunkReport(round, chunk, divergence, notFinite, replicas));
  }

  /** The reports of all chunks, when the exchange is over. */
  synchronized List<ChunkReport> reports() {
    return List.copyOf(reports);
  }
}
