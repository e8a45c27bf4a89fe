package dev.convoy.data.augment;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.image.Reflection;
import java.util.Locale;

/** The pixels beside a training image, where it is moved, rotated or made smaller. */
public enum Border {
  /** The stored byte 0, which is black. */
  ZERO,
  /**
   * The image mirrored at its outermost pixels, which are not repeated: {@code a b c} continues as
   * {@code b a b c b a}.
   */
  REFLECT;

  /** The name in configuration: {@code reflect}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the pixel of a row that is seen at a position.
   *
   * @param position any number; 0 is the first pixel
   * @param size pixels of the row, at least 1
   * @return 0 to {@code size − 1}, or -1 for no pixel
   */
  int pixel(int position, int size) {
    if (position >= 0 && position < size) {
      return position;
    }
    return this == ZERO ? -1 : Reflection.pixel(position, size);
  }
}
