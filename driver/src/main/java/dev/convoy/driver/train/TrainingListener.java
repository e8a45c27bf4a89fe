package dev.convoy.driver.train;

/** Follows a run. Methods are called on the driver's thread, in order. */
public interface TrainingListener extends AutoCloseable {
  /**
   * Before the first round.
   *
   * @param rounds of the whole run
   * @param stepsPerEpoch global steps of an epoch
   */
  default void started(long rounds, long stepsPerEpoch) {}

  /** After each averaging. */
  default void roundDone(RoundMetrics metrics) {}

  /** After the validation of an epoch. */
  default void epochDone(EpochMetrics metrics) {}

  @Override
  default void close() {}
}
