package dev.convoy.driver.train.plan;

/** The learning rates of the global steps of a run. */
public interface LearningRates {
  /**
   * The rate of one step.
   *
   * @param step steps that lie behind, from 0
   * @param stepsPerEpoch steps of an epoch, at least 1
   * @param epochs of the run
   */
  double at(long step, long stepsPerEpoch, int epochs);

  /** Steps in which the rate rises to what it begins with. */
  long warmup(long stepsPerEpoch, int epochs);
}
