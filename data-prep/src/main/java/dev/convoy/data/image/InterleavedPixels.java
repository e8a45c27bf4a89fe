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
   * Converts pixels to channel-major order.
   *
   * @param pixels {@code height × width × channels} bytes, row by row
   * @param channels 1 (grey), 3 (blue, green, red) or 4 (blue, green, red, alpha)
   * @param background what transparent pixels are drawn on, as those of files are
   * @throws BadImageException if there are transparent pixels, which the background refuses
   */
  public static StoredImage toStored(
      byte[] pixels, int height, int width, int channels, Background background)
      throws BadImageException {
    Checks.oneOf(channels, "channels", 1, 3, 4);
    Checks.that(
        pixels.length == (long) height * width * channels,
        "pixels",
        pixels.length + " bytes for " + height + "×" + width + "×" + channels);
    if (channels == 1) {
      return StoredImage.grey(pixels, height, width);
    }
    ImageShape shape = new ImageShape(height, width, 3);
    DrawnRows rows =
        DrawnRows.of(
            new Rows(pixels, height, width, channels), DrawnRows.Alpha.STRAIGHT, background);
    byte[] planar = new byte[shape.size()];
    byte[][] row = new byte[3][width];
    for (int y = 0; y < height; y++) {
      rows.read(y, row);
      for (int c = 0; c < 3; c++) {
        System.arraycopy(row[c], 0, planar, c * shape.plane() + y * width, width);
      }
    }
    return StoredImage.ofPixels(planar, shape);
  }

  private record Rows(byte[] pixels, int height, int width, int channels) implements ArgbRows {
    @Override
    public void readArgb(int row, int[] argb) {
      for (int x = 0; x < width; x++) {
        int at = (row * width + x) * channels;
        int alpha = channels == 4 ? pixels[at + 3] & 0xff : 255;
        argb[x] =
            alpha << 24
                | (pixels[at + 2] & 0xff) << 16
                | (pixels[at + 1] & 0xff) << 8
                | (pixels[at] & 0xff);
      }
    }
  }
}
