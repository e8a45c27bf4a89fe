package dev.convoy.driver.scaling;

import dev.convoy.data.Checks;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The link of every executor to a network that is fast enough for all of them.
 *
 * @param bitsPerSecond rate in each direction, above 0; infinite where only the processes limit it
 */
public record Link(double bitsPerSecond) {
  private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,5})(mbit|gbit)");
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  public Link {
    Checks.that(bitsPerSecond > 0, "bitsPerSecond", bitsPerSecond + " (must be greater than 0)");
  }

  /** A link without a limit, as between the processes of one machine. */
  public static Link unlimited() {
    return new Link(Double.POSITIVE_INFINITY);
  }

  /**
   * Reads a rate such as {@code 100mbit} or {@code 10gbit}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Link of(String rate) {
    Matcher matcher = RATE.matcher(rate);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be a rate, such as 100mbit, 1gbit or 10gbit");
    }
    return new Link(
        Integer.parseInt(matcher.group(1)) * (matcher.group(2).equals("gbit") ? GIGA : MEGA));
  }

  /** Seconds that bytes take on the link. */
  public double seconds(double bytes) {
    return bytes * Byte.SIZE / bitsPerSecond;
  }
}
