package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Ways of computing the pixels of an image of another size. The weights of both axes are
 * multiplied. Weights that would lie beside the image are left out, and the others are scaled to
 * the sum 1.
 */
public enum Resampling {
  /**
   * Weights that fall linearly to 0 at a distance of {@code max(1, s)} source pixels, for {@code s}
   * source pixels to one target pixel. For enlarging this is bilinear interpolation; for shrinking,
   * the whole area is seen.
   */
  BILINEAR {
    @Override
    double reach(double scale) {
      return Math.max(1, scale);
    }

    @Override
    double weight(double distance, double scale) {
      return Math.max(0, 1 - Math.abs(distance) / reach(scale));
    }
  },
  /**
   * For shrinking, the mean of the source over the area of the target pixel: a source pixel counts
   * as far as it lies inside. For enlarging, cubic convolution with {@code a = −1/2} (Keys, Cubic
   * convolution interpolation for digital image processing, 1981), which also keeps slopes.
   */
  AREA_BICUBIC {
    @Override
    double reach(double scale) {
      return scale >= 1 ? (scale + 1) / 2 : 2;
    }

    @Override
    double weight(double distance, double scale) {
      double x = Math.abs(distance);
      if (scale >= 1) {
        // The common length of the source pixel and of the target pixel.
        return Math.max(0, Math.min(1, (scale + 1) / 2 - x));
      }
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  };

  /** The value on the command line and in manifests, such as {@code area-bicubic}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The way of that word; empty for every other word. */
  public static Optional<Resampling> of(String key) {
    return Arrays.stream(values()).filter(way -> way.key().equals(key)).findFirst();
  }

  /**
   * Returns the distance from which on source pixels have no weight, in source pixels.
   *
   * @param scale source pixels to one target pixel
   */
  abstract double reach(double scale);

  /**
   * Returns the weight of a source pixel.
   *
   * @param distance from its centre to that of the target pixel, in source pixels
   * @param scale source pixels to one target pixel
   */
  abstract double weight(double distance, double scale);
}
