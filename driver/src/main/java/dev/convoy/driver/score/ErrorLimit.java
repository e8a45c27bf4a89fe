package dev.convoy.driver.score;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The largest number of rows without a prediction with which a scoring job succeeds.
 *
 * @param text as the user has given it
 * @param rows largest number of such rows
 * @param share largest fraction of such rows, from 0 to 1
 */
public record ErrorLimit(String text, long rows, double share) {
  /** No limit. */
  public static final ErrorLimit NONE = new ErrorLimit("", Long.MAX_VALUE, 1);

  private static final Pattern ROWS = Pattern.compile("\\d{1,18}");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?) ?%");

  /**
   * Reads a number of rows, such as {@code 100}, or a percentage, such as {@code 0.5%}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ErrorLimit of(String text) {
    if (ROWS.matcher(text).matches()) {
      return new ErrorLimit(text, Long.parseLong(text), 1);
    }
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      double share = Double.parseDouble(percent.group(1)) / 100;
      if (share <= 1) {
        return new ErrorLimit(text, Long.MAX_VALUE, share);
      }
    }
    throw new IllegalArgumentException(
        "must be a number of rows, such as 100, or a percentage, such as 0.5%");
  }

  /** Returns whether so many rows without a prediction are too many. */
  boolean isExceededBy(long errors, long all) {
    return errors > rows || errors > share * all;
  }

  /** Returns why a job fails. */
  String failure(long errors, long all) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows have no prediction, and --max-errors is %s",
        errors,
        all,
        text);
  }
}
