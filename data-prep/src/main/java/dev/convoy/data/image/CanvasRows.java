package dev.convoy.data.image;

import java.util.Arrays;

/** An image on a larger canvas, which is transparent elsewhere. */
final class CanvasRows implements ArgbRows {
  private final ArgbRows image;
  private final int top;
  private final int left;
  private final int height;
  private final int width;
  private final int[] inner;

  private CanvasRows(ArgbRows image, int top, int left, int height, int width) {
    this.image = image;
    this.top = top;
    this.left = left;
    this.height = height;
    this.width = width;
    this.inner = new int[image.width()];
  }

  /** Places an image on a canvas of the given size; what is outside of it is not seen. */
  static ArgbRows of(ArgbRows image, int top, int left, int height, int width) {
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
  public void finish() throws BadImageException {
    image.finish();
  }

  @Override
  public void readArgb(int row, int[] argb) throws BadImageException {
    Arrays.fill(argb, 0);
    if (row < top || row >= top + image.height()) {
      return;
    }
    image.readArgb(row - top, inner);
    int seen = Math.min(image.width(), width - left);
    if (seen > 0) {
      System.arraycopy(inner, 0, argb, left, seen);
    }
  }
}
