package dev.convoy.driver.train.rounds;

import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.worker.replica.ExampleScores;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.Optional;

/**
 * Receives the events of a run. Methods are called on the driver's thread, in order; only {@link
 * #alarmRaised} may be called by another thread.
 */
public interface TrainingListener extends AutoCloseable {
  /**
   * Called first.
   *
   * @param everyone passes on to all listeners of the run; alarms are raised there
   */
  default void attached(TrainingListener everyone) {}

  /**
   * Called when everything is planned, before {@link #started}.
   *
   * @param round number of rounds that were completed before
   */
  default void starting(int round, StartNotes notes) {}

  /** Called when something is probably wrong; possibly by another thread. */
  default void alarmRaised(Alarm alarm) {}

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

  /**
   * Called after {@link #roundDone} for each replica, if the loss of every example is recorded.
   *
   * @param epoch from 0
   */
  default void examplesScored(int epoch, int replica, ExampleScores scores) {}

  /** Called after {@link #epochDone} if the run is monitored. */
  default void epochSeen(EpochDetails details) {}

  /** Called after a checkpoint of a completed round was written. */
  default void checkpointWritten(int round) {}

  /**
   * Called when the model and the report of the run are written.
   *
   * @param scored scores of the model on the validation split; empty if its parameters are those of
   *     the last epoch, or without such a split
   */
  default void finished(TrainReport report, Optional<ScoredSplit> scored) {}

  /**
   * Called when the run ends without a model: it was stopped, has diverged, or has failed.
   *
   * @param why a {@link StoppedRun} if it was asked to stop and can be continued
   */
  default void ended(Throwable why) {}

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
