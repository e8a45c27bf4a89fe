package dev.convoy.worker.replica;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What every replica starts a round from. Made by the driver, broadcast, never changed. */
public final class RoundPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int round;
  private final int firstStep;
  private final long iteration;
  private final double[] learningRates;
  private final InProcess meeting;
  private final Vectors vectors;

  /**
   * Plans a round.
   *
   * @param epoch from 0
   * @param round from 0, over the whole run
   * @param firstStep local steps of this epoch that lie behind
   * @param iteration steps that the updater has taken in the whole run
   * @param learningRates of each local step of the round
   * @param parameters flat; not copied
   * @param updaterState flat, empty at the start of a run; not copied
   * @param meeting where vectors are exchanged if driver and tasks are one process
   */
  public RoundPlan(
      int epoch,
      int round,
      int firstStep,
      long iteration,
      List<Double> learningRates,
      float[] parameters,
      float[] updaterState,
      Optional<InProcess> meeting) {
    this.epoch = epoch;
    this.round = round;
    this.firstStep = firstStep;
    this.iteration = iteration;
    this.learningRates = learningRates.stream().mapToDouble(Double::doubleValue).toArray();
    this.meeting = meeting.orElse(null);
    this.vectors = new Vectors(this.meeting, parameters, updaterState);
  }

  /** Plans a round whose replicas may be in other processes. */
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
        learningRates,
        parameters,
        updaterState,
        Optional.empty());
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

  /** Local steps of the round. */
  public int steps() {
    return learningRates.length;
  }

  public double learningRate(int step) {
    return learningRates[step];
  }

  /** Not to be written to. */
  public float[] parameters() {
    return vectors.parameters();
  }

  /** Not to be written to. */
  public float[] updaterState() {
    return vectors.updaterState();
  }

  /** Vectors on their way back, of which the first is coded, chunk by chunk. */
  Vectors answer(List<byte[]> coded, float[] newState) {
    return Vectors.coded(meeting, coded, newState);
  }

  /** Vectors on their way back. */
  Vectors answer(float[] newParameters, float[] newState) {
    return new Vectors(meeting, newParameters, newState);
  }
}
