package dev.convoy.worker.graph;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * The learning rate of the next step, which is set before each step.
 *
 * <p>Schedules are computed on the driver, which sends the rate of every step to the replicas. DL4J
 * reads it here instead of following its own schedule, so that DL4J's iteration count serves only
 * Adam's bias correction. It belongs to the thread of one replica.
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

  /** Returns this object, because all layers of a network share one rate. */
  @Override
  @SuppressWarnings({"CloneDoesntCallSuperClone", "checkstyle:NoClone"})
  public ISchedule clone() {
    return this;
  }
}
