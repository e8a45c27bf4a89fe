package dev.convoy.data.image;

import java.util.Arrays;

/** An image on a larger canvas, which is black elsewhere. */
final class CanvasRows implements PixelRows {
  private final PixelRows image;
  private final int top;
  private final int left;
  private final int height;
  private final int width;

  private CanvasRows(PixelRows image, int top, int left, int height, int width) {
    this.image = image;
    this.top = top;
    this.left = left;
    this.height = height;
    this.width = width;
  }

  /** Places an image on a canvas of the given size; what is outside of it is not seen. */
  static PixelRows of(PixelRows image, int top, int left, int height, int width) {
    return image.height() == height && image.width() == width
        ? image
        : new CanvasRows(image, top, left, height, width);
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void read(int row, byte[][] planes) {
    for (byte[] plane : planes) {
      Arrays.fill(plane, (byte) 0);
    }
    if (row < top || row >= top + image.height()) {
      return;
    }
    byte[][] inner = new byte[planes.length][image.width()];
    image.read(row - top, inner);
    int seen = Math.min(image.width(), width - left);
    for (int c = 0; c < planes.length && seen > 0; c++) {
      System.arraycopy(inner[c], 0, planes[c], left, seen);
    }
  }
}
