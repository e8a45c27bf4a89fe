package dev.convoy.data.image;

import dev.convoy.data.ImageShape;
import java.util.Arrays;

/**
 * Augments the examples of one replica in one epoch.
 *
 * <p>A window at a random position of the bordered image is the image shifted by {@code down} rows
 * and {@code right} columns, both uniform over {@code -crop … crop}, with black in the uncovered
 * part. Example {@code e} takes three numbers, for {@code down}, {@code right} and mirroring, from
 * the indices {@code 3e}, {@code 3e + 1} and {@code 3e + 2} of the sequence that {@link
 * java.util.SplittableRandom} generates from the seed (Steele et al., Fast splittable pseudorandom
 * number generators, 2014). Each number is a hash of seed and index, so an example's augmentation
 * does not depend on which examples were augmented before.
 *
 * <p>Not thread-safe: all images are returned in one array.
 */
public final class Augmenter {
  private static final int DRAWS = 3;

  /** The increment between the counters that SplittableRandom hashes. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Augmentation augmentation;
  private final ImageShape shape;
  private final long seed;
  private final byte[] image;

  /**
   * Creates an augmenter for images of one shape.
   *
   * @param seed differs for every epoch and replica
   * @throws IllegalArgumentException if the augmentation does not fit the images
   */
  public Augmenter(Augmentation augmentation, ImageShape shape, long seed) {
    augmentation.requireFits(shape);
    this.augmentation = augmentation;
    this.shape = shape;
    this.seed = seed;
    this.image = new byte[shape.size()];
  }

  /**
   * Returns the augmented image of an example.
   *
   * @param pixels holds the C·H·W bytes of the image, channel-major, from {@code offset} on; not
   *     changed
   * @param example index of the example in the shard
   * @return C·H·W bytes, in an array that the next call overwrites
   */
  public byte[] augment(byte[] pixels, int offset, int example) {
    long place = (long) DRAWS * example;
    int down = shift(number(place));
    int right = shift(number(place + 1));
    boolean mirrored = (number(place + 2) >>> 11) * 0x1p-53 < augmentation.flip();
    copy(pixels, offset, down, right, mirrored);
    return image;
  }

  private long number(long place) {
    long z = seed + (place + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Maps a random number to a whole number of {@code -crop … crop}. */
  private int shift(long number) {
    long places = 2L * augmentation.crop() + 1;
    return (int) (((number >>> 32) * places) >>> 32) - augmentation.crop();
  }

  private void copy(byte[] pixels, int offset, int down, int right, boolean mirrored) {
    int width = shape.width();
    int rows = shape.height() - Math.abs(down);
    int columns = width - Math.abs(right);
    if (down != 0 || right != 0) {
      Arrays.fill(image, (byte) 0);
    }
    int firstFrom = Math.max(0, -down) * width + Math.max(0, -right);
    int firstTo = Math.max(0, down) * width + Math.max(0, mirrored ? -right : right);
    for (int plane = 0; plane < image.length; plane += shape.plane()) {
      int from = offset + plane + firstFrom;
      int to = plane + firstTo;
      for (int row = 0; row < rows; row++) {
        if (mirrored) {
          mirror(pixels, from, to, columns);
        } else {
          System.arraycopy(pixels, from, image, to, columns);
        }
        from += width;
        to += width;
      }
    }
  }

  private void mirror(byte[] pixels, int from, int to, int columns) {
    int last = to + columns - 1;
    for (int column = 0; column < columns; column++) {
      image[last - column] = pixels[from + column];
    }
  }
}
