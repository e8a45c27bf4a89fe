package dev.convoy.data.image;

/**
 * Raw grey pixels, row by row.
 *
 * @param pixels {@code height × width} bytes; not copied
 */
record GreyRows(byte[] pixels, int height, int width) implements PixelRows {
  @Override
  public void read(int row, byte[][] planes) {
    for (byte[] plane : planes) {
      System.arraycopy(pixels, row * width, plane, 0, width);
    }
  }
}
