package dev.convoy.driver.report;

import java.util.Locale;

/** Formats of numbers in text, the same in every locale. */
public final class Numbers {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Numbers() {}

  /** Formats a count: {@code 60,000}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Formats a count with its noun: {@code 1 epoch}, {@code 5 epochs}. */
  public static String count(long value, String noun) {
    return count(value) + " " + noun + (value == 1 ? "" : "s");
  }

  /** Formats a rate: {@code 1,104}; with a decimal below 10. */
  public static String rate(double value) {
    return value < 9.95 ? String.format(Locale.ROOT, "%.1f", value) : count(Math.round(value));
  }

  /** Formats a ratio or a loss: {@code 0.9142}, {@code 2.83e+21}; a dash for NaN. */
  public static String ratio(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, Math.abs(value) < 1e6 ? "%.4f" : "%.2e", value);
  }

  /**
   * Formats three significant digits, without an exponent if that is short: {@code 0.0123}, {@code
   * 4.56}.
   */
  public static String significant(double value) {
    if (value == 0) {
      return "0";
    }
    int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
    if (magnitude < -5 || magnitude > 6) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return String.format(Locale.ROOT, "%,." + Math.max(0, 2 - magnitude) + "f", value);
  }

  /**
   * Formats a percentage: {@code 91 %}; with a decimal below 10 % and above 90 %. Shares close to 0
   * or 1 are written as {@code < 0.1 %} and {@code > 99.9 %}.
   */
  public static String percent(double share) {
    if (Double.isNaN(share)) {
      return "-";
    }
    if (share > 0.999 && share < 1) {
      return "> 99.9 %";
    }
    if (share > 0 && share < 0.001) {
      return "< 0.1 %";
    }
    boolean round = share == 0 || share == 1 || (share >= 0.0995 && share <= 0.9);
    return String.format(Locale.ROOT, round ? "%.0f %%" : "%.1f %%", 100 * share);
  }

  /** Formats a duration: {@code 4 min 05 s}, {@code 12.3 s}. */
  public static String duration(double seconds) {
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** Formats a number of bytes: {@code 64.0 MiB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
