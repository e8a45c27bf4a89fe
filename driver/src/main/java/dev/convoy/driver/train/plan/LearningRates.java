package dev.convoy.driver.train.plan;

/** The learning rates of the global steps of a run. */
public interface LearningRates {
  /**
   * Returns the rate of one step.
   *
   * @param step number of the step, from 0
   * @param stepsPerEpoch steps of an epoch, at least 1
   * @param epochs number of epochs of the run
   */
  double rateAt(long step, long stepsPerEpoch, int epochs);

  /** Returns the number of warm-up steps, in which the rate rises to its base value. */
  long warmup(long stepsPerEpoch, int epochs);
}
