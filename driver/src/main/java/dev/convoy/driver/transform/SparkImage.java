package dev.convoy.driver.transform;

import dev.convoy.data.Visible;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.InterleavedPixels;
import dev.convoy.data.image.StoredImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the structs of Spark's {@code image} data source: unsigned bytes row by row, grey, or blue,
 * green, red and possibly alpha of each pixel side by side.
 */
final class SparkImage {
  /** OpenCV's types with their channels: CV_8UC1, CV_8UC3 and CV_8UC4. */
  private static final Map<Integer, Integer> CHANNELS_OF_MODE = Map.of(0, 1, 16, 3, 24, 4);

  private SparkImage() {}

  /**
   * Reads one image.
   *
   * @param fields indices of height, width, nChannels, mode, data and origin
   * @param background what transparent pixels are drawn on
   * @throws BadImageException if Spark could not decode it, or if its fields contradict each other
   */
  static StoredImage read(ImageRow image, List<Integer> fields, Background background)
      throws BadImageException {
    if (fields.subList(0, 5).stream().anyMatch(image::isNull)) {
      throw new BadImageException("damaged: a field of the image is null");
    }
    int height = image.number(fields.get(0));
    int width = image.number(fields.get(1));
    int channels = image.number(fields.get(2));
    int mode = image.number(fields.get(3));
    byte[] data = image.bytes(fields.get(4));
    if (mode < 0) {
      int origin = fields.get(5);
      throw new BadImageException(
          "Spark could not decode "
              + (image.isNull(origin) ? "it" : Visible.of(image.text(origin))));
    }
    if (!Integer.valueOf(channels).equals(CHANNELS_OF_MODE.get(mode))) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "mode %d with %d channels is not supported: only modes 0 (grey), 16 (3 channels) and"
                  + " 24 (4 channels) are",
              mode,
              channels));
    }
    if (height < 1
        || width < 1
        || (long) height * width > ImageLimits.DEFAULT.pixels()
        || data.length != (long) height * width * channels) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "damaged: %d bytes for %d×%d pixels of %d channels",
              data.length,
              height,
              width,
              channels));
    }
    return InterleavedPixels.toStored(data, height, width, channels, background);
  }
}
