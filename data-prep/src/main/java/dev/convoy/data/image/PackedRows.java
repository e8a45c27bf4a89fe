package dev.convoy.data.image;

import java.awt.image.BufferedImage;

/**
 * The rows of an image whose samples may have different numbers of bits, such as 5, 6 and 5. Its
 * colours must be those of sRGB; transparent pixels are drawn on black.
 */
final class PackedRows implements PixelRows {
  private final BufferedImage image;
  private final int[] row;

  PackedRows(BufferedImage image) {
    this.image = image;
    this.row = new int[image.getWidth()];
  }

  @Override
  public int height() {
    return image.getHeight();
  }

  @Override
  public int width() {
    return image.getWidth();
  }

  @Override
  public void read(int y, byte[][] planes) {
    image.getRGB(0, y, row.length, 1, row, 0, row.length);
    for (int x = 0; x < row.length; x++) {
      int alpha = row[x] >>> 24;
      int red = RasterRows.over(row[x] >> 16 & 0xff, alpha);
      int green = RasterRows.over(row[x] >> 8 & 0xff, alpha);
      int blue = RasterRows.over(row[x] & 0xff, alpha);
      if (planes.length == 1) {
        planes[0][x] = (byte) RasterRows.luma(red, green, blue);
      } else {
        planes[0][x] = (byte) red;
        planes[1][x] = (byte) green;
        planes[2][x] = (byte) blue;
      }
    }
  }
}
