package dev.convoy.worker.graph;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * The learning rate of the step that comes next, set before each step.
 *
 * <p>Schedules are computed once, on the driver; a replica is told the rate of every step. DL4J
 * reads it here instead of following a schedule of its own, so that its iteration count is nothing
 * but Adam's bias-correction count. Owned by one replica's thread.
 */
final class StepLearningRate implements ISchedule {
  private static final long serialVersionUID = 1L;
  private double rate;

  void set(double learningRate) {
    rate = learningRate;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return rate;
  }

  /** The same object: every layer of a network follows one rate. */
  @Override
  @SuppressWarnings({"CloneDoesntCallSuperClone", "checkstyle:NoClone"})
  public ISchedule clone() {
    return this;
  }
}
