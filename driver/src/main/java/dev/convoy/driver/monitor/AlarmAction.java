package dev.convoy.driver.monitor;

/** What an alarm does beside its line in the log. */
public enum AlarmAction {
  /** Nothing. */
  WARN,
  /** The run stops after the round with a checkpoint, and the command fails. */
  FAIL
}
