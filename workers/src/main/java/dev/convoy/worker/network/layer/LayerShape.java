package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;

/**
 * The shape of one image's values between two layers: feature maps, channel-major {@code (maps,
 * height, width)}, or after a dense layer a flat vector of {@code maps} values.
 *
 * <p>A batch of {@code n} images is a float tensor {@code (n, maps, height, width)}, or {@code (n,
 * maps)} if flat.
 *
 * @param maps feature maps, or the values of a flat vector; at least 1
 * @param height pixels, at least 1; 1 if flat
 * @param width pixels, at least 1; 1 if flat
 * @param flat whether it is a flat vector
 */
public record LayerShape(int maps, int height, int width, boolean flat) implements Serializable {
  public LayerShape {
    Checks.atLeast(1, maps, "maps");
    Checks.atLeast(1, height, "height");
    Checks.atLeast(1, width, "width");
    Checks.that(!flat || (height == 1 && width == 1), "shape", "a flat one has no height or width");
    Checks.that(fits(maps, height, width), "shape", "more than " + Integer.MAX_VALUE + " values");
  }

  /** Whether the number of values of one image fits into an {@code int}. */
  public static boolean fits(long maps, long height, long width) {
    return height <= Integer.MAX_VALUE / maps / width;
  }

  /** Returns the shape of an image. */
  public static LayerShape of(ImageShape image) {
    return new LayerShape(image.channels(), image.height(), image.width(), false);
  }

  /** Returns the shape of a flat vector. */
  public static LayerShape ofUnits(int units) {
    return new LayerShape(units, 1, 1, true);
  }

  /** Number of values of one image. */
  public int size() {
    return maps * height * width;
  }

  /** Number of pixels of one feature map; 1 if flat. */
  public long plane() {
    return (long) height * width;
  }

  /** Number of bytes of one image's values as float32. */
  public long bytes() {
    return (long) Float.BYTES * size();
  }

  /** Whether the two are equal except for the number of maps. */
  public boolean matches(LayerShape other) {
    return height == other.height && width == other.width && flat == other.flat;
  }

  /** Returns {@code 28×28×32}, height first, or {@code 256} if flat. */
  @Override
  public String toString() {
    return flat ? Integer.toString(maps) : height + "×" + width + "×" + maps;
  }
}
