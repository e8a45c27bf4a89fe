package dev.convoy.data.image;

/** An image that is read as grey or RGB. */
interface PixelRows extends ImageRows {
  /**
   * Reads one row.
   *
   * @param planes one row of bytes for each channel: 1 (grey) or 3 (red, green, blue)
   * @throws BadImageException if the row is decoded now, and is damaged
   */
  void read(int row, byte[][] planes) throws BadImageException;

  /** Returns whether a pixel that was read was transparent and drawn on a background. */
  default boolean wasTransparent() {
    return false;
  }
}
