package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;

/**
 * Pixels with the channels of each pixel side by side: grey; blue, green and red; or blue, green,
 * red and alpha. OpenCV and Spark's {@code image} data source store images in this way.
 */
public final class InterleavedPixels {
  private InterleavedPixels() {}

  /**
   * Converts pixels to channel-major order. Transparent pixels are drawn on black, as those of
   * files are.
   *
   * @param pixels {@code height × width × channels} bytes, row by row
   * @param channels 1 (grey), 3 (blue, green, red) or 4 (blue, green, red, alpha)
   */
  public static StoredImage toStored(byte[] pixels, int height, int width, int channels) {
    Checks.oneOf(channels, "channels", 1, 3, 4);
    Checks.that(
        pixels.length == (long) height * width * channels,
        "pixels",
        pixels.length + " bytes for " + height + "×" + width + "×" + channels);
    if (channels == 1) {
      return StoredImage.grey(pixels, height, width);
    }
    ImageShape shape = new ImageShape(height, width, 3);
    byte[] planar = new byte[shape.size()];
    for (int i = 0; i < shape.plane(); i++) {
      int alpha = channels == 4 ? pixels[i * channels + 3] & 0xff : 255;
      for (int c = 0; c < 3; c++) {
        int colour = pixels[i * channels + 2 - c] & 0xff;
        planar[c * shape.plane() + i] = (byte) RasterRows.over(colour, alpha);
      }
    }
    return StoredImage.ofPixels(planar, shape);
  }
}
