package dev.convoy.driver.train.plan;

/** What rounds follow. */
public interface RoundsPlan {
  /** Of the whole run. */
  int epochs();

  /** Examples of a minibatch on each replica. */
  int batch();

  int replicas();

  LearningRates schedule();

  AveragingPlan averaging();
}
