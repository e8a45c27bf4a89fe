package dev.convoy.data.image;

import dev.convoy.data.Checks;
import java.io.Serializable;

/**
 * Limits of an untrusted image, checked before any pixel is decoded. In any case, no side may be
 * longer than {@value #MAX_SIDE} pixels.
 *
 * @param encodedBytes largest file size in bytes, at least 1
 * @param pixels largest height × width, at least 1
 */
public record ImageLimits(long encodedBytes, long pixels) implements Serializable {
  /** 64 MiB and 64 megapixels. */
  public static final ImageLimits DEFAULT = new ImageLimits(64L << 20, 64_000_000);

  /** The longest side that the JPEG format can express. */
  static final int MAX_SIDE = 65_535;

  /** The largest possible limit of pixels: a square of the longest side. */
  public static final long MAX_PIXELS = (long) MAX_SIDE * MAX_SIDE;

  /** The largest possible limit of bytes: a file is read into one array. */
  public static final long MAX_BYTES = Integer.MAX_VALUE - 65;

  public ImageLimits {
    Checks.atLeast(1, encodedBytes, "encodedBytes");
    Checks.that(encodedBytes <= MAX_BYTES, "encodedBytes", "must be less than 2 GiB");
    Checks.atLeast(1, pixels, "pixels");
  }

  void requireBytes(long bytes) throws BadImageException {
    if (bytes > encodedBytes) {
      throw OverLimitException.ofBytes(bytes, encodedBytes);
    }
  }

  void requireSize(long height, long width) throws BadImageException {
    if (height < 1 || width < 1) {
      throw new BadImageException("damaged: a size of " + height + "×" + width + " pixels");
    }
    if (height > MAX_SIDE || width > MAX_SIDE) {
      throw new BadImageException(
          height + "×" + width + " pixels: a side is longer than the limit of " + MAX_SIDE);
    }
    if (height * width > pixels) {
      throw OverLimitException.ofPixels(height, width, pixels);
    }
  }
}
