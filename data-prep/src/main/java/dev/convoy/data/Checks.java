package dev.convoy.data;

import java.util.Arrays;

/** Argument checks for constructors. Each message names the value and the requirement. */
public final class Checks {
  private Checks() {}

  /**
   * Checks {@code value >= minimum}.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static long atLeast(long minimum, long value, String name) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + " (must be at least " + minimum + ")");
    }
    return value;
  }

  /**
   * Checks {@code low <= value <= high}; not-a-number fails.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static double between(double low, double high, double value, String name) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + " (must be between " + low + " and " + high + ")");
    }
    return value;
  }

  /**
   * Checks that {@code value} is one of {@code allowed}.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static int oneOf(int value, String name, int... allowed) {
    if (Arrays.stream(allowed).noneMatch(a -> a == value)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + " (must be one of " + Arrays.toString(allowed) + ")");
    }
    return value;
  }

  /**
   * Checks that {@code value} is neither null nor blank.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static String notBlank(String value, String name) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("Invalid " + name + ": it must not be empty");
    }
    return value;
  }

  /**
   * Checks that {@code holds} is true.
   *
   * @param requirement what {@code name} must be, for the message
   * @throws IllegalArgumentException if it is false
   */
  public static void that(boolean holds, String name, String requirement) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid " + name + ": " + requirement);
    }
  }
}
