package dev.convoy.data.image;

/** Orientation of the stored rows and columns, in the order of the values of EXIF tag 0x0112. */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  UPSIDE_DOWN,
  FLIPPED,
  TRANSPOSED,
  QUARTER_RIGHT,
  TRANSVERSED,
  QUARTER_LEFT;

  /**
   * Returns the orientation for a value of the EXIF tag; values that EXIF does not define are
   * upright.
   */
  static Orientation ofExif(int number) {
    return number >= 1 && number <= 8 ? values()[number - 1] : UPRIGHT;
  }

  boolean swapsSides() {
    return ordinal() >= TRANSPOSED.ordinal();
  }

  /**
   * Brings one plane upright.
   *
   * @param stored {@code height × width} bytes from {@code offset} on
   * @return the upright plane, with height and width swapped if {@link #swapsSides}
   */
  byte[] turn(byte[] stored, int offset, int height, int width) {
    byte[] upright = new byte[height * width];
    int rows = swapsSides() ? width : height;
    int columns = swapsSides() ? height : width;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int fromY =
            switch (this) {
              case UPRIGHT, MIRRORED -> y;
              case UPSIDE_DOWN, FLIPPED -> height - 1 - y;
              case TRANSPOSED, QUARTER_LEFT -> x;
              case TRANSVERSED, QUARTER_RIGHT -> height - 1 - x;
            };
        int fromX =
            switch (this) {
              case UPRIGHT, FLIPPED -> x;
              case UPSIDE_DOWN, MIRRORED -> width - 1 - x;
              case TRANSPOSED, QUARTER_RIGHT -> y;
              case TRANSVERSED, QUARTER_LEFT -> width - 1 - y;
            };
        upright[y * columns + x] = stored[offset + fromY * width + fromX];
      }
    }
    return upright;
  }
}
