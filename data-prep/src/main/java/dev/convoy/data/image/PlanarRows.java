package dev.convoy.data.image;

import dev.convoy.data.ImageShape;

/**
 * Raw pixels, channel-major.
 *
 * @param pixels C·H·W bytes; not copied
 */
record PlanarRows(byte[] pixels, ImageShape shape) implements PixelRows {
  @Override
  public int height() {
    return shape.height();
  }

  @Override
  public int width() {
    return shape.width();
  }

  @Override
  public void read(int row, byte[][] planes) {
    int from = row * shape.width();
    if (planes.length == 1 && shape.channels() == 3) {
      for (int x = from; x < from + shape.width(); x++) {
        planes[0][x - from] = (byte) RasterRows.luma(value(x, 0), value(x, 1), value(x, 2));
      }
      return;
    }
    for (int c = 0; c < planes.length; c++) {
      int plane = shape.channels() == 1 ? 0 : c * shape.plane();
      System.arraycopy(pixels, plane + from, planes[c], 0, shape.width());
    }
  }

  private int value(int pixel, int channel) {
    return pixels[channel * shape.plane() + pixel] & 0xff;
  }
}
