package dev.convoy.data.image;

import java.util.Locale;
import java.util.Optional;

/** Colours written as {@code #rrggbb}. */
final class HexColour {
  private HexColour() {}

  /** Returns the colour {@code 0xRRGGBB} of a text; empty if it is none. */
  static Optional<Integer> of(String text) {
    return text.matches("#[0-9a-fA-F]{6}")
        ? Optional.of(Integer.parseInt(text.substring(1), 16))
        : Optional.empty();
  }

  static String text(int rgb) {
    return String.format(Locale.ROOT, "#%06x", rgb);
  }
}
