package dev.convoy.data.image;

/** An image that is read row by row, as grey or RGB. */
interface PixelRows {
  int height();

  int width();

  /**
   * Reads one row.
   *
   * @param planes one row of bytes for each channel: 1 (grey) or 3 (red, green, blue)
   */
  void read(int row, byte[][] planes);

  /** Returns whether a pixel that was read was transparent and drawn on a background. */
  default boolean wasTransparent() {
    return false;
  }
}
