package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Windows of bordered images, mirrored or not, by the numbers of a seed. */
class AugmenterTest {
  /** Images lie behind some bytes that are none of theirs. */
  private static final int BEFORE = 5;

  private static byte[] random(ImageShape shape, long seed) {
    byte[] bytes = new byte[BEFORE + shape.size() + 3];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] augmented(
      ImageShape shape, int crop, double flip, long seed, byte[] bytes, int example) {
    Augmenter augmenter = new Augmenter(new Augmentation(crop, flip), shape, seed);
    byte[] before = bytes.clone();
    byte[] image = augmenter.augment(bytes, BEFORE, example).clone();
    assertThat(bytes).as("what is stored stays").isEqualTo(before);
    return image;
  }

  /** The image within its border, pixel by pixel, and the window that begins at (top, left). */
  private static byte[] window(ImageShape shape, int crop, byte[] bytes, int top, int left) {
    byte[][][] padded =
        new byte[shape.channels()][shape.height() + 2 * crop][shape.width() + 2 * crop];
    byte[] window = new byte[shape.size()];
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          padded[channel][crop + row][crop + column] =
              bytes[BEFORE + (channel * shape.height() + row) * shape.width() + column];
        }
      }
    }
    int next = 0;
    for (byte[][] plane : padded) {
      for (int row = top; row < top + shape.height(); row++) {
        for (int column = left; column < left + shape.width(); column++) {
          window[next++] = plane[row][column];
        }
      }
    }
    return window;
  }

  private static byte[] mirror(ImageShape shape, byte[] image) {
    byte[] mirrored = new byte[image.length];
    for (int row = 0; row < image.length; row += shape.width()) {
      for (int column = 0; column < shape.width(); column++) {
        mirrored[row + column] = image[row + shape.width() - 1 - column];
      }
    }
    return mirrored;
  }

  @Property(tries = 200)
  void offIsTheIdentity(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll boolean colour,
      @ForAll long seed,
      @ForAll @IntRange(min = 0) int example) {
    ImageShape shape = new ImageShape(height, width, colour ? 3 : 1);
    byte[] bytes = random(shape, seed);
    assertThat(augmented(shape, 0, 0, seed, bytes, example))
        .isEqualTo(Arrays.copyOfRange(bytes, BEFORE, BEFORE + shape.size()));
  }

  /**
   * The numbers of the JDK's generator say which window it is; its pixels are copied one by one.
   */
  @Property(tries = 500)
  void cropShiftsByAWholeNumberOfPixels(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll boolean colour,
      @ForAll @IntRange(max = 8) int most,
      @ForAll long seed,
      @ForAll @IntRange(max = 99) int example) {
    ImageShape shape = new ImageShape(height, width, colour ? 3 : 1);
    int crop = Math.min(most, Math.min(height, width) - 1);
    byte[] bytes = random(shape, seed);
    SplittableRandom numbers = new SplittableRandom(seed);
    for (int skipped = 0; skipped < 3 * example; skipped++) {
      numbers.nextLong();
    }
    int down = (int) (((numbers.nextLong() >>> 32) * (2 * crop + 1)) >>> 32) - crop;
    int right = (int) (((numbers.nextLong() >>> 32) * (2 * crop + 1)) >>> 32) - crop;
    byte[] expected = window(shape, crop, bytes, crop - down, crop - right);
    assertThat(augmented(shape, crop, 0, seed, bytes, example)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void flipMirrorsEveryRow(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll boolean colour,
      @ForAll @IntRange(max = 8) int most,
      @ForAll long seed,
      @ForAll @IntRange(min = 0) int example) {
    ImageShape shape = new ImageShape(height, width, colour ? 3 : 1);
    int crop = Math.min(most, Math.min(height, width) - 1);
    byte[] bytes = random(shape, seed);
    assertThat(augmented(shape, crop, 1, seed, bytes, example))
        .as("the window that it is without flip, mirrored")
        .isEqualTo(mirror(shape, augmented(shape, crop, 0, seed, bytes, example)));
  }

  @Example
  void everyWindowIsAsLikely() {
    ImageShape shape = new ImageShape(4, 5, 1);
    byte[] bytes = new byte[BEFORE + shape.size()];
    for (int i = 0; i < shape.size(); i++) {
      bytes[BEFORE + i] = (byte) (i + 1);
    }
    int crop = 2;
    Augmenter augmenter = new Augmenter(new Augmentation(crop, 0), shape, 3);
    Map<String, Integer> found = new HashMap<>();
    int n = 25_000;
    for (int example = 0; example < n; example++) {
      found.merge(Arrays.toString(augmenter.augment(bytes, BEFORE, example)), 1, Integer::sum);
    }
    assertThat(found).hasSize(25);
    for (int top = 0; top <= 2 * crop; top++) {
      for (int left = 0; left <= 2 * crop; left++) {
        // A binomial of mean 1,000 and deviation 31.
        assertThat(found.get(Arrays.toString(window(shape, crop, bytes, top, left))))
            .as("window at %s, %s", top, left)
            .isBetween(850, 1150);
      }
    }
  }

  @Property(tries = 20)
  void flipFractionIsKept(@ForAll @IntRange(max = 20) int twentieths) {
    double flip = twentieths / 20.0;
    ImageShape shape = new ImageShape(1, 2, 1);
    byte[] bytes = new byte[BEFORE + 2];
    bytes[BEFORE + 1] = 1;
    Augmenter augmenter = new Augmenter(new Augmentation(0, flip), shape, 11);
    int n = 20_000;
    int mirrored = 0;
    for (int example = 0; example < n; example++) {
      mirrored += augmenter.augment(bytes, BEFORE, example)[0];
    }
    double deviation = Math.sqrt(flip * (1 - flip) / n);
    assertThat((double) mirrored / n).isCloseTo(flip, within(4 * deviation));
  }

  @Property(tries = 50)
  void sameSeedSameImagesInWhateverOrder(@ForAll long seed) {
    ImageShape shape = new ImageShape(6, 7, 3);
    byte[] bytes = random(shape, seed);
    Augmentation augmentation = new Augmentation(3, 0.5);
    Augmenter forth = new Augmenter(augmentation, shape, seed);
    Augmenter back = new Augmenter(augmentation, shape, seed);
    Augmenter other = new Augmenter(augmentation, shape, seed + 1);
    byte[][] images = new byte[40][];
    int differ = 0;
    for (int example = 0; example < images.length; example++) {
      images[example] = forth.augment(bytes, BEFORE, example).clone();
      differ += Arrays.equals(images[example], other.augment(bytes, BEFORE, example)) ? 0 : 1;
    }
    for (int example = images.length - 1; example >= 0; example--) {
      assertThat(back.augment(bytes, BEFORE, example)).isEqualTo(images[example]);
    }
    assertThat(differ).as("of 98 images that it could be").isGreaterThan(30);
  }
}
