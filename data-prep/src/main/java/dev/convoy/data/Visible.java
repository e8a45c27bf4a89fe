package dev.convoy.data;

import java.util.Locale;

/**
 * Makes characters visible that a reader does not see, in text that comes from files: labels, ids,
 * names, paths and what is said about them. Printed as they are, escape sequences would reach the
 * terminal, a line feed would forge a line of a report, and marks of direction would show a name as
 * another.
 *
 * <p>Control characters and such marks become {@code \n}, {@code \x1b} or {@code \u202e}: those of
 * Unicode's categories control (also U+0080 to U+009F), format, line and paragraph separator, and
 * unpaired surrogates. The joiners U+200C and U+200D stay, without which some scripts and emoji are
 * written wrongly.
 */
public final class Visible {
  private Visible() {}

  /** A value within a line, such as a label: nothing in it ends the line. */
  public static String of(Object value) {
    return escaped(String.valueOf(value), Form.WORD);
  }

  /** Text with a layout of its own: its line ends and tabs stay, everything else is visible. */
  public static String lines(String text) {
    return escaped(text, Form.LINES);
  }

  /** JSON on one line; what JSON may hold raw within its texts is escaped as JSON has it. */
  public static String json(String json) {
    return escaped(json, Form.JSON);
  }

  private enum Form {
    WORD,
    LINES,
    JSON
  }

  private static String escaped(String text, Form form) {
    int first = 0;
    while (first < text.length() && !isEscaped(text.codePointAt(first), form)) {
      first += Character.charCount(text.codePointAt(first));
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.substring(0, first));
    text.substring(first)
        .codePoints()
        .forEach(
            character -> {
              if (isEscaped(character, form)) {
                visible.append(escape(character, form));
              } else {
                visible.appendCodePoint(character);
              }
            });
    return visible.toString();
  }

  private static boolean isEscaped(int character, Form form) {
    if (character == '\n' || character == '\t') {
      return form == Form.WORD;
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> character != 0x200C && character != 0x200D;
      default -> false;
    };
  }

  private static String escape(int character, Form form) {
    if (form == Form.JSON) {
      StringBuilder units = new StringBuilder();
      for (char unit : Character.toChars(character)) {
        units.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
      }
      return units.toString();
    }
    return switch (character) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, character <= 0xff ? "\\x%02x" : "\\u%04x", character);
    };
  }
}
