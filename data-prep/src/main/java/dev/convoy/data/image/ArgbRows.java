package dev.convoy.data.image;

/** An image whose pixels may be transparent, which is read row by row. */
interface ArgbRows {
  int height();

  int width();

  /**
   * Reads one row.
   *
   * @param argb receives a pixel {@code 0xAARRGGBB} for each column
   */
  void readArgb(int row, int[] argb);
}
