package dev.convoy.data.augment;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.HashedNumbers.Purpose;
import java.util.Arrays;

/**
 * Augments the examples of one replica in one epoch.
 *
 * <p>A window at a random position of the bordered image is the image shifted by {@code down} rows
 * and {@code right} columns, both uniform over {@code -crop … crop}, with the border in the
 * uncovered part. Example {@code e} takes three numbers, for {@code down}, {@code right} and
 * mirroring, from the places {@code 3e}, {@code 3e + 1} and {@code 3e + 2} of the epoch's seed
 * ({@link HashedNumbers}). Every other change has numbers of its own. An example's augmentation
 * therefore does not depend on which examples were augmented before, nor on which changes are on.
 *
 * <p>Not thread-safe: all images are returned in one array.
 */
public final class Augmenter {
  private static final int DRAWS = 3;

  private final Augmentation augmentation;
  private final ImageShape shape;
  private final Seed seed;
  private final byte[] fill;
  private final HashedNumbers numbers;
  private final HashedNumbers firstFlips;
  private final HashedNumbers scales;
  private final HashedNumbers rotations;
  private final HashedNumbers brightness;
  private final HashedNumbers contrast;
  private final HashedNumbers saturation;
  private final HashedNumbers erasing;
  private final byte[] image;

  /**
   * The seeds of one replica in one epoch.
   *
   * @param value differs for every epoch and replica
   * @param ofReplica differs for every replica and is the same in every epoch
   * @param epoch number of the epoch, from 0
   */
  public record Seed(long value, long ofReplica, int epoch) {}

  /**
   * Creates an augmenter for images of one shape.
   *
   * @param fill the bytes of erased pixels, one for each channel
   * @throws IllegalArgumentException if the augmentation does not fit the images
   */
  public Augmenter(Augmentation augmentation, ImageShape shape, Seed seed, byte[] fill) {
    augmentation.requireFits(shape);
    Checks.that(fill.length == shape.channels(), "fill", "must have a byte for each channel");
    this.augmentation = augmentation;
    this.shape = shape;
    this.seed = seed;
    this.fill = fill.clone();
    this.numbers = new HashedNumbers(seed.value());
    this.firstFlips = new HashedNumbers(seed.ofReplica());
    this.scales = HashedNumbers.of(seed.value(), Purpose.SCALE);
    this.rotations = HashedNumbers.of(seed.value(), Purpose.ROTATION);
    this.brightness = HashedNumbers.of(seed.value(), Purpose.BRIGHTNESS);
    this.contrast = HashedNumbers.of(seed.value(), Purpose.CONTRAST);
    this.saturation = HashedNumbers.of(seed.value(), Purpose.SATURATION);
    this.erasing = HashedNumbers.of(seed.value(), Purpose.ERASING);
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
    int down = shift(place);
    int right = shift(place + 1);
    boolean mirrored = mirrored(place + 2, example);
    Augmentation.Affine affine = augmentation.affine();
    if (!affine.equals(Augmentation.Affine.NONE)) {
      new AffineMap(
              scales.between(affine.scaleMin(), affine.scaleMax(), example),
              Math.toRadians(rotations.between(-affine.rotation(), affine.rotation(), example)),
              down,
              right,
              mirrored)
          .apply(pixels, offset, shape, augmentation.padding(), image);
    } else if (augmentation.padding() == Border.ZERO || (down == 0 && right == 0)) {
      copy(pixels, offset, down, right, mirrored);
    } else {
      copyWithBorder(pixels, offset, down, right, mirrored);
    }
    Augmentation.Colour colour = augmentation.colour();
    if (!colour.equals(Augmentation.Colour.NONE)) {
      new ColourChange(
              factor(brightness, colour.brightness(), example),
              factor(contrast, colour.contrast(), example),
              factor(saturation, colour.saturation(), example))
          .apply(image, shape);
    }
    if (augmentation.erasing().probability() > 0) {
      ErasedArea.draw(augmentation.erasing(), shape, erasing, example)
          .ifPresent(area -> area.erase(image, shape, fill));
    }
    return image;
  }

  /** Returns a whole number of {@code -crop … crop}. */
  private int shift(long place) {
    return numbers.below(2 * augmentation.crop() + 1, place) - augmentation.crop();
  }

  private boolean mirrored(long place, int example) {
    if (augmentation.flipRule() == FlipRule.RANDOM) {
      return numbers.fraction(place) < augmentation.flip();
    }
    return (firstFlips.fraction(example) < augmentation.flip()) == (seed.epoch() % 2 == 0);
  }

  private static double factor(HashedNumbers numbers, double range, int example) {
    return range == 0 ? 1 : numbers.between(1 - range, 1 + range, example);
  }

  private void copyWithBorder(byte[] pixels, int offset, int down, int right, boolean mirrored) {
    int width = shape.width();
    for (int column = 0; column < width; column++) {
      int seen = (mirrored ? width - 1 - column : column) - right;
      int from = augmentation.padding().pixel(seen, width);
      for (int row = 0; row < shape.height(); row++) {
        int fromRow = augmentation.padding().pixel(row - down, shape.height());
        for (int plane = 0; plane < image.length; plane += shape.plane()) {
          image[plane + row * width + column] = pixels[offset + plane + fromRow * width + from];
        }
      }
    }
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
