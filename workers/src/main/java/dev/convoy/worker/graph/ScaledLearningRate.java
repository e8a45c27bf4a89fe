package dev.convoy.worker.graph;

import org.nd4j.linalg.schedule.ISchedule;

/** The learning rate of the next step times the factor of a layer. */
final class ScaledLearningRate implements ISchedule {
  private static final long serialVersionUID = 1L;
  private final StepLearningRate learningRate;
  private final double factor;

  ScaledLearningRate(StepLearningRate learningRate, double factor) {
    this.learningRate = learningRate;
    this.factor = factor;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return factor * learningRate.valueAt(iteration, epoch);
  }

  /** Returns this object, because all layers of a network share one rate. */
  @Override
  @SuppressWarnings({"CloneDoesntCallSuperClone", "checkstyle:NoClone"})
  public ISchedule clone() {
    return this;
  }
}
