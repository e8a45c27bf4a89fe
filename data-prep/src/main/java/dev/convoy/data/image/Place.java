package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The place of an image in its padding. A padded image fills the height or the width, so there is
 * space in one direction only.
 */
public enum Place {
  /** In the middle; if the space is odd, the larger part is below or on the right. */
  CENTER,
  /** At the top or on the left; the space is below or on the right. */
  TOP_LEFT,
  /** At the bottom or on the right; the space is above or on the left. */
  BOTTOM_RIGHT;

  /** The value on the command line and in manifests, such as {@code top-left}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The place of that word; empty for every other word. */
  public static Optional<Place> of(String key) {
    return Arrays.stream(values()).filter(place -> place.key().equals(key)).findFirst();
  }

  /** Returns the pixels before the image, of so many that are beside it. */
  int before(int space) {
    return switch (this) {
      case CENTER -> space / 2;
      case TOP_LEFT -> 0;
      case BOTTOM_RIGHT -> space;
    };
  }
}
