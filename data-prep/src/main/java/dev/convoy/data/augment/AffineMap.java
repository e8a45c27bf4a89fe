package dev.convoy.data.augment;

import dev.convoy.data.ImageShape;

/**
 * Scales and rotates an image about its centre, then shifts it, then mirrors it.
 *
 * <p>The value of a pixel {@code q} is interpolated bilinearly at the point {@code centre +
 * R(−θ)·(q − shift − centre) / scale} of the image, where {@code q} is mirrored first, and rounded.
 * Where the point lies beside the image, the border supplies the pixels.
 *
 * @param scale factor, greater than 0; above 1 the image is enlarged
 * @param radians angle θ, anticlockwise
 * @param down rows by which the image is shifted
 * @param right columns by which the image is shifted, before it is mirrored
 * @param mirrored whether it is mirrored left to right
 */
record AffineMap(double scale, double radians, int down, int right, boolean mirrored) {
  /**
   * Writes the changed image.
   *
   * @param pixels holds the C·H·W bytes of the image from {@code offset} on
   * @param to C·H·W bytes, overwritten
   */
  void apply(byte[] pixels, int offset, ImageShape shape, Border border, byte[] to) {
    int height = shape.height();
    int width = shape.width();
    int plane = shape.plane();
    double middleRow = (height - 1) / 2.0;
    double middleColumn = (width - 1) / 2.0;
    // StrictMath gives the same bits on every processor.
    double cosine = StrictMath.cos(radians) / scale;
    double sine = StrictMath.sin(radians) / scale;
    for (int row = 0; row < height; row++) {
      double fromMiddleRow = row - down - middleRow;
      for (int column = 0; column < width; column++) {
        double fromMiddle = (mirrored ? width - 1 - column : column) - right - middleColumn;
        double y = middleRow + cosine * fromMiddleRow + sine * fromMiddle;
        double x = middleColumn - sine * fromMiddleRow + cosine * fromMiddle;
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double below = y - top;
        double rightPart = x - left;
        int at = row * width + column;
        if (top >= 0 && left >= 0 && top < height - 1 && left < width - 1) {
          int from = offset + top * width + left;
          for (int channel = 0; channel < to.length; channel += plane, from += plane) {
            to[channel + at] =
                mean(
                    pixels[from] & 0xff,
                    pixels[from + 1] & 0xff,
                    pixels[from + width] & 0xff,
                    pixels[from + width + 1] & 0xff,
                    below,
                    rightPart);
          }
          continue;
        }
        int firstRow = border.pixel(top, height);
        int secondRow = border.pixel(top + 1, height);
        int firstColumn = border.pixel(left, width);
        int secondColumn = border.pixel(left + 1, width);
        for (int channel = 0; channel < to.length; channel += plane) {
          int from = offset + channel;
          to[channel + at] =
              mean(
                  value(pixels, from, width, firstRow, firstColumn),
                  value(pixels, from, width, firstRow, secondColumn),
                  value(pixels, from, width, secondRow, firstColumn),
                  value(pixels, from, width, secondRow, secondColumn),
                  below,
                  rightPart);
        }
      }
    }
  }

  private static int value(byte[] pixels, int from, int width, int row, int column) {
    return row < 0 || column < 0 ? 0 : pixels[from + row * width + column] & 0xff;
  }

  private static byte mean(
      int topLeft, int topRight, int bottomLeft, int bottomRight, double below, double right) {
    double upper = topLeft + right * (topRight - topLeft);
    double lower = bottomLeft + right * (bottomRight - bottomLeft);
    return (byte) (int) (upper + below * (lower - upper) + 0.5);
  }
}
