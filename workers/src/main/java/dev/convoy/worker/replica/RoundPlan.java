package dev.convoy.worker.replica;

import java.io.Serializable;
import java.util.List;

/**
 * The start of a round, common to all replicas. The driver creates and broadcasts it; immutable.
 */
public final class RoundPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int round;
  private final int firstStep;
  private final long iteration;
  private final double[] learningRates;
  private final boolean overlapped;
  private final boolean withDivergence;
  private final Vectors vectors;

  /**
   * Plans a round.
   *
   * @param epoch from 0
   * @param round from 0, over the whole run
   * @param firstStep local steps of this epoch already taken
   * @param iteration updater steps of the whole run already taken
   * @param learningRates learning rate of each local step of the round
   * @param parameters flat parameters; not copied
   * @param updaterState flat updater state, empty at the start of a run; not copied
   */
  public RoundPlan(
      int epoch,
      int round,
      int firstStep,
      long iteration,
      List<Double> learningRates,
      float[] parameters,
      float[] updaterState) {
    this(
        epoch,
        round,
        firstStep,
        iteration,
        learningRates.stream().mapToDouble(Double::doubleValue).toArray(),
        false,
        false,
        new Vectors(parameters, updaterState));
  }

  private RoundPlan(
      int epoch,
      int round,
      int firstStep,
      long iteration,
      double[] learningRates,
      boolean overlapped,
      boolean withDivergence,
      Vectors vectors) {
    this.epoch = epoch;
    this.round = round;
    this.firstStep = firstStep;
    this.iteration = iteration;
    this.learningRates = learningRates;
    this.overlapped = overlapped;
    this.withDivergence = withDivergence;
    this.vectors = vectors;
  }

  /**
   * Returns the plan of the same round from other vectors, which are not copied.
   *
   * @param parameters flat parameters
   * @param updaterState flat updater state, empty at the start of a run
   */
  public RoundPlan withVectors(float[] parameters, float[] updaterState) {
    return new RoundPlan(
        epoch,
        round,
        firstStep,
        iteration,
        learningRates,
        overlapped,
        withDivergence,
        new Vectors(parameters, updaterState));
  }

  /** Returns the plan of the same round, whose averaging goes on beside the next round's steps. */
  public RoundPlan withOverlap() {
    return new RoundPlan(
        epoch, round, firstStep, iteration, learningRates, true, withDivergence, vectors);
  }

  /**
   * Returns the plan of the same round, whose averaging computes the divergence of the replicas.
   */
  public RoundPlan withDivergence() {
    return new RoundPlan(
        epoch, round, firstStep, iteration, learningRates, overlapped, true, vectors);
  }

  /** Whether the averaging goes on beside the next round's steps. */
  public boolean isOverlapped() {
    return overlapped;
  }

  /** Whether the averaging computes the divergence of the replicas. */
  public boolean needsDivergence() {
    return withDivergence;
  }

  public int epoch() {
    return epoch;
  }

  public int round() {
    return round;
  }

  public int firstStep() {
    return firstStep;
  }

  public long iteration() {
    return iteration;
  }

  /** Number of local steps of the round. */
  public int steps() {
    return learningRates.length;
  }

  /** Returns the seed of the stochastic rounding of the next round's parameters. */
  public long resultSeed(ReplicaPlan plan) {
    return Seeds.derive(plan.seed(), epoch, round, 0, Seeds.Purpose.RESULT_ROUNDING);
  }

  /**
   * Returns the number of examples that a replica sees in this round, unless its loss is not
   * finite.
   */
  public long examples(ReplicaPlan plan, int replica) {
    long left = plan.shards().size(replica) - (long) firstStep * plan.batch();
    return Math.max(0, Math.min(left, (long) steps() * plan.batch()));
  }

  public double learningRate(int step) {
    return learningRates[step];
  }

  /** Returns the parameters, which must not be written to. */
  public float[] parameters() {
    return vectors.parameters();
  }

  /** Returns the updater state, which must not be written to. */
  public float[] updaterState() {
    return vectors.updaterState();
  }
}
