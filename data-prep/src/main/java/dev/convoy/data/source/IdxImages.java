package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.BadImageException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * How the items of an IDX file are images: {@code (n, h, w)} grey, or {@code (n, h, w, c)} or
 * {@code (n, c, h, w)} of one or three channels; where both could be, the channels are last.
 *
 * @param channelsLast whether the channels of a pixel lie together
 */
record IdxImages(IdxFile file, ImageShape shape, boolean channelsLast) implements Serializable {
  static final int MAX_SIDE = 16_384;
  static final long MAX_PIXELS = 64_000_000;
  private static final long MAX_BYTES = 512L << 20;

  /**
   * Finds out how the items of a file are images.
   *
   * @throws BrokenSourceException if they are not
   */
  static IdxImages of(IdxFile file) {
    List<Integer> sides = file.sides();
    return switch (file.dimensions()) {
      case 3 -> of(file, sides.get(1), sides.get(2), 1, false);
      case 4 -> {
        if (isChannels(sides.get(3))) {
          yield of(file, sides.get(1), sides.get(2), sides.get(3), true);
        }
        if (isChannels(sides.get(1))) {
          yield of(file, sides.get(2), sides.get(3), sides.get(1), false);
        }
        throw file.refused(
            "its items have "
                + sides.get(1)
                + "×"
                + sides.get(2)
                + "×"
                + sides.get(3)
                + " values, and neither the first nor the last number is that of 1 or 3 channels");
      }
      default ->
          throw file.refused(
              "it has "
                  + file.dimensions()
                  + " dimensions, and images have three (number, height, width) or four (with the"
                  + " channels)");
    };
  }

  private static boolean isChannels(int side) {
    return side == 1 || side == 3;
  }

  private static IdxImages of(IdxFile file, int height, int width, int channels, boolean last) {
    if (height < 1
        || width < 1
        || height > MAX_SIDE
        || width > MAX_SIDE
        || (long) height * width > MAX_PIXELS
        || (long) height * width * channels * file.type().bytes() > MAX_BYTES) {
      throw file.refused(
          "images of "
              + Integer.toUnsignedString(height)
              + "×"
              + Integer.toUnsignedString(width)
              + " pixels (each side must be between 1 and "
              + MAX_SIDE
              + ", and at most "
              + MAX_PIXELS
              + " pixels together)");
    }
    return new IdxImages(file, new ImageShape(height, width, channels), last && channels > 1);
  }

  /**
   * Converts an item to pixels, C·H·W bytes.
   *
   * @param item the bytes of the item; may be returned
   * @throws BadImageException if a value is not a whole number from 0 to 255
   */
  byte[] pixels(byte[] item) throws BadImageException {
    if (file.type() == IdxType.UNSIGNED_BYTE && !channelsLast) {
      return item;
    }
    ByteBuffer values = ByteBuffer.wrap(item);
    int channels = channelsLast ? shape.channels() : 1;
    byte[] pixels = new byte[shape.size()];
    int plane = pixels.length / channels;
    for (int i = 0; i < pixels.length; i++) {
      double value = file.type().value(values, i);
      int grey = (int) value;
      if (grey != value || grey < 0 || grey > 255) {
        throw new BadImageException(
            String.format(
                Locale.ROOT,
                "its value %d is %s, and only whole numbers from 0 to 255 are kept exactly (scale"
                    + " the values, and store them as unsigned bytes)",
                i,
                file.type().isWhole() ? Integer.toString(grey) : Double.toString(value)));
      }
      pixels[i % channels * plane + i / channels] = (byte) grey;
    }
    return pixels;
  }
}
