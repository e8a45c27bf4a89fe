package dev.convoy.data.prepare;

import dev.convoy.data.Checks;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size in pixels, height first.
 *
 * @param height 1 to {@value #MAX}
 * @param width 1 to {@value #MAX}
 */
public record ImageSize(int height, int width) {
  static final int MAX = 8192;

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})[x×](\\d{1,6})");

  public ImageSize {
    Checks.between(1, MAX, height, "height");
    Checks.between(1, MAX, width, "width");
  }

  /**
   * Parses {@code HxW}, such as {@code 28x28}.
   *
   * @throws IllegalArgumentException if it has another form or a side is out of range
   */
  public static ImageSize of(String text) {
    Matcher sides = FORM.matcher(text.strip());
    if (!sides.matches()) {
      throw new IllegalArgumentException(
          "Invalid size: " + text + " (must be HEIGHTxWIDTH, such as 28x28)");
    }
    return new ImageSize(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
  }

  /** {@code 28x28}. */
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
