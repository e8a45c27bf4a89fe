package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Options whose values are the constants of an enum, in lower case. */
final class OptionWord {
  private OptionWord() {}

  /**
   * Reads a value.
   *
   * @param option such as {@code --format}
   * @param problems receives a fault if {@code text} is none of the words; then the first constant
   *     is returned
   */
  static <E extends Enum<E>> E read(Class<E> type, String text, String option, Problems problems) {
    for (E constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
    }
    problems.add(
        option + " " + text,
        "must be one of "
            + Arrays.stream(type.getEnumConstants())
                .map(OptionWord::word)
                .collect(Collectors.joining(", ")));
    return type.getEnumConstants()[0];
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
