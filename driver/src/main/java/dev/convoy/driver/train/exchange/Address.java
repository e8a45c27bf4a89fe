package dev.convoy.driver.train.exchange;

import java.io.Serializable;

/**
 * The address of a process.
 *
 * @param executor id that Spark has given it; {@code driver} for the driver
 */
public record Address(String executor, String host, int port) implements Serializable {
  @Override
  public String toString() {
    return (executor.equals("driver") ? "the driver" : "executor " + executor)
        + " at "
        + host
        + ":"
        + port;
  }
}
