package dev.convoy.data;

import java.util.Locale;

/**
 * Escapes invisible characters of text that comes from files: labels, ids, names, paths and
 * messages about them. Printed unescaped, an escape sequence would reach the terminal, a line feed
 * would forge a line of a report, and a directional mark would disguise a name.
 *
 * <p>The Unicode categories control (including U+0080 to U+009F), format, line separator, paragraph
 * separator and unpaired surrogate become {@code \n}, {@code \x1b} or {@code \u202e}. The joiners
 * U+200C and U+200D are kept, because some scripts and emoji need them.
 */
public final class Visible {
  private Visible() {}

  /** Escapes a value within a line, such as a label, so that it cannot end the line. */
  public static String of(Object value) {
    return escaped(String.valueOf(value), Form.WORD);
  }

  /** Escapes text of several lines; line ends and tabs are kept. */
  public static String lines(String text) {
    return escaped(text, Form.LINES);
  }

  /**
   * Escapes JSON on one line. Characters that JSON allows unescaped within strings get JSON
   * escapes.
   */
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
