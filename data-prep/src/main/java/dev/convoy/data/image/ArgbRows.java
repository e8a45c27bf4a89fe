package dev.convoy.data.image;

/** An image whose pixels may be transparent. */
interface ArgbRows extends ImageRows {
  /**
   * Reads one row.
   *
   * @param argb receives a pixel {@code 0xAARRGGBB} for each column
   * @throws BadImageException if the row is decoded now, and is damaged
   */
  void readArgb(int row, int[] argb) throws BadImageException;
}
