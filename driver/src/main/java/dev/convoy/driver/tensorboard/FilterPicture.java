package dev.convoy.driver.tensorboard;

import dev.convoy.data.ImageShape;
import dev.convoy.driver.explain.measure.Filters;
import dev.convoy.driver.html.Png;
import dev.convoy.worker.network.layer.LayerShape;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * The filters of the first layer side by side, with a line of one pixel between them. A weight of 0
 * is mid-grey, brighter is above, darker below; white and black are the largest absolute weight.
 */
final class FilterPicture {
  private static final int MOST_FILTERS = 64;

  /** Most pixels of all filters: those of a dense layer are as large as the images. */
  private static final long MOST_PIXELS = 1 << 20;

  private FilterPicture() {}

  static BufferedImage of(Filters filters) {
    LayerShape shape = filters.shape();
    long fitting = Math.max(1, MOST_PIXELS / shape.plane());
    int shown = (int) Math.min(fitting, Math.min(filters.count(), MOST_FILTERS));
    float[][] values = new float[shown][];
    float largest = Float.MIN_NORMAL;
    for (int filter = 0; filter < shown; filter++) {
      values[filter] = filters.values(filter);
      for (float value : values[filter]) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    int columns = (int) Math.ceil(Math.sqrt(shown));
    int rows = (shown + columns - 1) / columns;
    ImageShape whole =
        new ImageShape(
            rows * (shape.height() + 1) - 1, columns * (shape.width() + 1) - 1, shape.maps());
    byte[] pixels = new byte[whole.size()];
    Arrays.fill(pixels, (byte) 255);
    for (int filter = 0; filter < shown; filter++) {
      int top = filter / columns * (shape.height() + 1);
      int left = filter % columns * (shape.width() + 1);
      int next = 0;
      for (int channel = 0; channel < shape.maps(); channel++) {
        for (int row = 0; row < shape.height(); row++) {
          for (int column = 0; column < shape.width(); column++) {
            int at = channel * whole.plane() + (top + row) * whole.width() + left + column;
            pixels[at] = (byte) Math.round(127.5 * (1 + values[filter][next++] / largest));
          }
        }
      }
    }
    return Png.picture(pixels, whole);
  }
}
