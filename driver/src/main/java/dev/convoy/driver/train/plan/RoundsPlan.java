package dev.convoy.driver.train.plan;

/** The settings of a sequence of rounds. */
public interface RoundsPlan {
  /** Number of epochs of the run. */
  int epochs();

  /** Examples of a minibatch on each replica. */
  int batch();

  int replicas();

  LearningRates schedule();

  AveragingPlan averaging();
}
