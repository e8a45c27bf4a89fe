package dev.convoy.driver.train.rounds;

/** Receives the events of a run. Methods are called on the driver's thread, in order. */
public interface TrainingListener extends AutoCloseable {
  /**
   * Called before the first round.
   *
   * @param steps global steps of the whole run without early stopping
   * @param completed global steps that were taken before the run was resumed
   */
  default void started(long steps, long completed) {}

  /** Called after each averaging. */
  default void roundDone(RoundMetrics metrics) {}

  /** Called after the validation of an epoch. */
  default void epochDone(EpochMetrics metrics) {}

  /** Called when the run has diverged and is rolled back. */
  default void rolledBack(RolledBack back) {}

  /**
   * A rollback to an earlier round.
   *
   * @param reason the value that was not finite, with its epoch and round
   * @param round number of completed rounds after the rollback
   * @param steps number of completed global steps after the rollback
   * @param rateFactor of all learning rates from now on
   */
  record RolledBack(String reason, int round, long steps, double rateFactor) {}

  @Override
  default void close() {}
}
