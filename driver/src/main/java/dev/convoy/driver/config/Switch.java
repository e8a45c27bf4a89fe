package dev.convoy.driver.config;

/** Whether something is done. */
public enum Switch {
  /** It is done. */
  ON,
  /** It is not. */
  OFF
}
