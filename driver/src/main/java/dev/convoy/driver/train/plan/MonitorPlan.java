package dev.convoy.driver.train.plan;

/**
 * What is observed of a run beside its metrics. It has no influence on the trained model.
 *
 * @param tries whether each replica tries how fast it trains before the first round
 * @param sweeps whether a sweep of learning rates is taken before the first round
 * @param details whether the network and the scores of the validation split are looked at after
 *     each epoch, and the divergence of the replicas in some rounds
 * @param examples whether the loss of every example is recorded in every epoch
 */
public record MonitorPlan(boolean tries, boolean sweeps, boolean details, boolean examples) {
  /** Returns the plan of a run of which only the metrics are observed. */
  public static MonitorPlan none() {
    return new MonitorPlan(false, false, false, false);
  }
}
