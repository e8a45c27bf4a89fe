package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Sha256;
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

  private static Augmenter augmenter(Augmentation augmentation, ImageShape shape, long seed) {
    return new Augmenter(
        augmentation, shape, new Augmenter.Seed(seed, ~seed, 0), new byte[shape.channels()]);
  }

  private static byte[] augmented(
      ImageShape shape, int crop, double flip, long seed, byte[] bytes, int example) {
    Augmenter augmenter = augmenter(new Augmentation(crop, flip), shape, seed);
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

  /** Crop and flip alone are what they were before there were other changes. */
  @Example
  void theBytesOfCropAndFlipAreTheOnesOfAllVersions() {
    ImageShape shape = new ImageShape(9, 8, 3);
    byte[] bytes = random(shape, 1);
    Augmenter augmenter = augmenter(new Augmentation(3, 0.5), shape, 7);
    Sha256 digest = new Sha256();
    for (int example = 0; example < 1000; example++) {
      digest.add(augmenter.augment(bytes, BEFORE, example));
    }
    assertThat(digest.hex())
        .isEqualTo("4c2b3e3fa62721181d143415b4c182c6a43acf9f8fe4ad458ad11d300d080061");
  }

  /** A run that is resumed with a later version sees the images that it would have seen. */
  @Example
  void theBytesOfAllChangesStayAsTheyAre() {
    ImageShape shape = new ImageShape(9, 8, 3);
    byte[] bytes = random(shape, 1);
    Augmentation all =
        new Augmentation(3, 0.5)
            .with(Border.REFLECT)
            .withFlip(0.5, FlipRule.ALTERNATING)
            .with(new Augmentation.Affine(0.7, 1.4, 30))
            .with(new Augmentation.Colour(0.4, 0.4, 0.4))
            .with(new Augmentation.Erasing(0.5, 0.02, 0.4, 0.3, 3.3333));
    Augmenter augmenter = augmenter(all, shape, 7);
    Sha256 digest = new Sha256();
    for (int example = 0; example < 1000; example++) {
      digest.add(augmenter.augment(bytes, BEFORE, example));
    }
    assertThat(digest.hex())
        .isEqualTo("06ba471178e408edcfbc89661c280fb9fb2c16b9274cce5132285843123ae500");
  }

  @Example
  void everyWindowIsAsLikely() {
    ImageShape shape = new ImageShape(4, 5, 1);
    byte[] bytes = new byte[BEFORE + shape.size()];
    for (int i = 0; i < shape.size(); i++) {
      bytes[BEFORE + i] = (byte) (i + 1);
    }
    int crop = 2;
    Augmenter augmenter = augmenter(new Augmentation(crop, 0), shape, 3);
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
    Augmenter augmenter = augmenter(new Augmentation(0, flip), shape, 11);
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
    Augmenter forth = augmenter(augmentation, shape, seed);
    Augmenter back = augmenter(augmentation, shape, seed);
    Augmenter other = augmenter(augmentation, shape, seed + 1);
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

  private static Augmenter inEpoch(Augmentation augmentation, ImageShape shape, int epoch) {
    return new Augmenter(
        augmentation, shape, new Augmenter.Seed(100 + epoch, 5, epoch), new byte[shape.channels()]);
  }

  /** Jordan's law: two epochs in succession hold both forms of every image. */
  @Example
  void alternatingMirrorsEveryImageInEverySecondEpoch() {
    ImageShape shape = new ImageShape(1, 2, 1);
    byte[] bytes = new byte[BEFORE + 2];
    bytes[BEFORE + 1] = 1;
    Augmentation alternating = new Augmentation(0, 0.5).withFlip(0.5, FlipRule.ALTERNATING);
    int n = 10_000;
    int[][] mirrored = new int[4][n];
    for (int epoch = 0; epoch < 4; epoch++) {
      Augmenter augmenter = inEpoch(alternating, shape, epoch);
      for (int example = 0; example < n; example++) {
        mirrored[epoch][example] = augmenter.augment(bytes, BEFORE, example)[0];
      }
    }
    for (int example = 0; example < n; example++) {
      assertThat(mirrored[0][example] + mirrored[1][example]).isEqualTo(1);
    }
    assertThat(mirrored[2]).isEqualTo(mirrored[0]);
    assertThat(mirrored[3]).isEqualTo(mirrored[1]);
    assertThat(Arrays.stream(mirrored[0]).sum()).isBetween(n / 2 - 200, n / 2 + 200);
  }

  @Property(tries = 50)
  void aReflectedCropIsTheWindowOfTheReflectedImage(@ForAll long seed) {
    ImageShape shape = new ImageShape(5, 4, 3);
    byte[] bytes = random(shape, seed);
    Augmentation reflected = new Augmentation(3, 0.5).with(Border.REFLECT);
    Augmenter augmenter = augmenter(reflected, shape, seed);
    SplittableRandom numbers = new SplittableRandom(seed);
    for (int example = 0; example < 20; example++) {
      int down = (int) (((numbers.nextLong() >>> 32) * 7) >>> 32) - 3;
      int right = (int) (((numbers.nextLong() >>> 32) * 7) >>> 32) - 3;
      boolean mirrored = (numbers.nextLong() >>> 11) * 0x1p-53 < 0.5;
      byte[] expected = new byte[shape.size()];
      new AffineMap(1, 0, down, right, mirrored)
          .apply(bytes, BEFORE, shape, Border.REFLECT, expected);
      assertThat(augmenter.augment(bytes, BEFORE, example)).isEqualTo(expected);
    }
  }

  /** Factors of brightness are uniform over 0.5 to 1.5. */
  @Example
  void factorsAreUniformOverTheirRange() {
    ImageShape shape = new ImageShape(1, 1, 1);
    byte[] bytes = new byte[BEFORE + 1];
    bytes[BEFORE] = 100;
    Augmentation bright = Augmentation.none().with(new Augmentation.Colour(0.5, 0, 0));
    Augmenter augmenter = augmenter(bright, shape, 4);
    int[] tenths = new int[10];
    for (int example = 0; example < 20_000; example++) {
      int value = augmenter.augment(bytes, BEFORE, example)[0] & 0xff;
      assertThat(value).isBetween(50, 150);
      tenths[Math.min(9, (value - 50) / 10)]++;
    }
    for (int found : tenths) {
      assertThat(found).isBetween(1750, 2250);
    }
  }

  /** The erased part is the fill, and the rest is what it is without erasing. */
  @Example
  void erasingComesAfterAllOtherChanges() {
    ImageShape shape = new ImageShape(16, 12, 3);
    byte[] bytes = random(shape, 6);
    Augmentation plain =
        new Augmentation(2, 0.5)
            .with(new Augmentation.Affine(0.8, 1.2, 20))
            .with(new Augmentation.Colour(0.2, 0.2, 0.2));
    byte[] fill = {1, 2, 3};
    Augmenter.Seed seed = new Augmenter.Seed(2, 3, 0);
    Augmenter without = new Augmenter(plain, shape, seed, fill);
    Augmenter with =
        new Augmenter(plain.with(new Augmentation.Erasing(1, 0.1, 0.3, 0.5, 2)), shape, seed, fill);
    for (int example = 0; example < 100; example++) {
      byte[] expected = without.augment(bytes, BEFORE, example).clone();
      ErasedArea.draw(
              new Augmentation.Erasing(1, 0.1, 0.3, 0.5, 2),
              shape,
              HashedNumbers.of(2, HashedNumbers.Purpose.ERASING),
              example)
          .orElseThrow()
          .erase(expected, shape, fill);
      assertThat(with.augment(bytes, BEFORE, example)).isEqualTo(expected);
    }
  }
}
