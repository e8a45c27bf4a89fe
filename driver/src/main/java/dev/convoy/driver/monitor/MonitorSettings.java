package dev.convoy.driver.monitor;

import java.util.Optional;

/**
 * How a run is observed.
 *
 * @param report whether the page of the run is written, for which the network and the scores of the
 *     validation split are looked at after each epoch
 * @param examples whether the loss of every example is recorded in every epoch
 * @param watch address of the page while the run is under way; empty for none
 * @param stallSeconds seconds without a round after which an alarm is raised; 0 for never
 * @param alarms what an alarm does
 */
public record MonitorSettings(
    boolean report,
    boolean examples,
    Optional<WatchAddress> watch,
    int stallSeconds,
    AlarmAction alarms) {

  /** Whether the network and the scores of the validation split are looked at after each epoch. */
  public boolean needsDetails() {
    return report || watch.isPresent();
  }
}
