package dev.convoy.driver.train.rounds;

/** Follows a run. Methods are called on the driver's thread, in order. */
public interface TrainingListener extends AutoCloseable {
  /**
   * Before the first round.
   *
   * @param steps global steps of the whole run, if it is not stopped early
   * @param behind steps of them that an earlier start has taken
   */
  default void started(long steps, long behind) {}

  /** After each averaging. */
  default void roundDone(RoundMetrics metrics) {}

  /** After the validation of an epoch. */
  default void epochDone(EpochMetrics metrics) {}

  /** When the run has diverged and goes back. */
  default void rolledBack(Return back) {}

  /**
   * Where a run goes back to.
   *
   * @param reason what was not finite, and where
   * @param round rounds that lie behind now
   * @param steps global steps that lie behind now
   * @param rateFactor of all learning rates from now on
   */
  record Return(String reason, int round, long steps, double rateFactor) {}

  @Override
  default void close() {}
}
