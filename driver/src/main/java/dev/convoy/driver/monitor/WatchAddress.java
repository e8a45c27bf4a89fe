package dev.convoy.driver.monitor;

/**
 * An address that a server listens on.
 *
 * @param port 0 for any free one
 */
public record WatchAddress(String host, int port) {
  /** The address that only processes of the same machine can reach. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final int MOST = 65_535;

  /**
   * Reads {@code PORT} or {@code HOST:PORT}.
   *
   * @throws IllegalArgumentException if it is neither; the message says what it must be
   */
  public static WatchAddress of(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
    String port = text.substring(colon + 1);
    if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > MOST) {
      throw new IllegalArgumentException(
          "must be off, a port from 0 to " + MOST + ", or HOST:PORT");
    }
    return new WatchAddress(host, Integer.parseInt(port));
  }
}
