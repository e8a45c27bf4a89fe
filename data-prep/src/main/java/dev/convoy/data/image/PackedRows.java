package dev.convoy.data.image;

import java.awt.image.BufferedImage;

/**
 * The rows of an image whose samples may have different numbers of bits, such as 5, 6 and 5. Its
 * colours must be those of sRGB.
 */
final class PackedRows implements ArgbRows {
  private final BufferedImage image;

  PackedRows(BufferedImage image) {
    this.image = image;
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
  public void readArgb(int y, int[] argb) {
    image.getRGB(0, y, argb.length, 1, argb, 0, argb.length);
  }
}
