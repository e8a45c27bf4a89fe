package dev.convoy.data.image;

/**
 * Positions beside a row of pixels that is mirrored at its outermost pixels, which are not
 * repeated: {@code a b c} continues as {@code b a b c b a}.
 */
public final class Reflection {
  private Reflection() {}

  /**
   * Returns the pixel that is seen at a position.
   *
   * @param position any number; 0 is the first pixel
   * @param length pixels of the row, at least 1
   * @return 0 to {@code length − 1}
   */
  public static int pixel(int position, int length) {
    if (length == 1) {
      return 0;
    }
    int folded = Math.floorMod(position, 2 * (length - 1));
    return folded < length ? folded : 2 * (length - 1) - folded;
  }
}
