package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Scale, rotation, shift and mirroring as one map. */
class AffineMapTest {
  private static final ImageShape THREE = new ImageShape(3, 3, 1);
  private static final byte[] NINE = {10, 20, 30, 40, 50, 60, 70, 80, 90};

  private static byte[] apply(AffineMap map, byte[] image, ImageShape shape, Border border) {
    byte[] changed = new byte[shape.size()];
    map.apply(image, 0, shape, border, changed);
    return changed;
  }

  private static AffineMap map(double scale, double degrees) {
    return new AffineMap(scale, Math.toRadians(degrees), 0, 0, false);
  }

  private static byte[] random(ImageShape shape, long seed) {
    byte[] image = new byte[shape.size()];
    new Random(seed).nextBytes(image);
    return image;
  }

  @Example
  void aQuarterTurnIsAnticlockwise() {
    assertThat(apply(map(1, 90), NINE, THREE, Border.ZERO))
        .containsExactly(30, 60, 90, 20, 50, 80, 10, 40, 70);
    assertThat(apply(map(1, 180), NINE, THREE, Border.REFLECT))
        .containsExactly(90, 80, 70, 60, 50, 40, 30, 20, 10);
  }

  /** At twice the size the outer pixels lie half-way between the centre and their neighbours. */
  @Example
  void enlargementInterpolatesByHand() {
    assertThat(apply(map(2, 0), NINE, THREE, Border.ZERO))
        .containsExactly(30, 35, 40, 45, 50, 55, 60, 65, 70);
  }

  /** At half the size the outer pixels see one pixel beside the image. */
  @Example
  void reductionShowsTheBorderByHand() {
    assertThat(apply(map(0.5, 0), NINE, THREE, Border.ZERO))
        .containsExactly(0, 0, 0, 0, 50, 0, 0, 0, 0);
    assertThat(apply(map(0.5, 0), NINE, THREE, Border.REFLECT))
        .containsExactly(50, 50, 50, 50, 50, 50, 50, 50, 50);
  }

  @Property(tries = 100)
  void aConstantImageStaysWithReflection(
      @ForAll @DoubleRange(min = 0.1, max = 10) double scale,
      @ForAll @DoubleRange(min = -180, max = 180) double degrees,
      @ForAll @IntRange(max = 255) int value,
      @ForAll @IntRange(min = -4, max = 4) int shift,
      @ForAll boolean mirrored) {
    ImageShape shape = new ImageShape(5, 8, 3);
    byte[] constant = new byte[shape.size()];
    Arrays.fill(constant, (byte) value);
    AffineMap map = new AffineMap(scale, Math.toRadians(degrees), shift, -shift, mirrored);
    assertThat(apply(map, constant, shape, Border.REFLECT)).isEqualTo(constant);
  }

  /** Without scale and rotation it is the window that copying gives, whatever the border. */
  @Property(tries = 100)
  void shiftAndMirrorAreThoseOfTheCrop(
      @ForAll @IntRange(min = -3, max = 3) int down,
      @ForAll @IntRange(min = -3, max = 3) int right,
      @ForAll boolean mirrored,
      @ForAll Border border,
      @ForAll long seed) {
    ImageShape shape = new ImageShape(4, 5, 3);
    byte[] image = random(shape, seed);
    byte[] expected = new byte[shape.size()];
    for (int i = 0; i < expected.length; i++) {
      int column = i % 5;
      int from = border.pixel((mirrored ? 4 - column : column) - right, 5);
      int row = border.pixel(i / 5 % 4 - down, 4);
      expected[i] = row < 0 || from < 0 ? 0 : image[i / 20 * 20 + row * 5 + from];
    }
    assertThat(apply(new AffineMap(1, 0, down, right, mirrored), image, shape, border))
        .isEqualTo(expected);
  }

  /** A plane is interpolated without error, so turning back restores it where nothing is lost. */
  @Property(tries = 100)
  void theInverseRestoresAPlane(
      @ForAll @DoubleRange(min = 0.8, max = 1.25) double scale,
      @ForAll @DoubleRange(min = -45, max = 45) double degrees) {
    ImageShape shape = new ImageShape(33, 33, 1);
    byte[] plane = new byte[shape.size()];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (byte) (20 + 3 * (i / 33) + 2 * (i % 33));
    }
    byte[] there = apply(map(scale, degrees), plane, shape, Border.REFLECT);
    byte[] back = apply(map(1 / scale, -degrees), there, shape, Border.REFLECT);
    for (int row = 12; row <= 20; row++) {
      for (int column = 12; column <= 20; column++) {
        int at = row * 33 + column;
        assertThat(Math.abs((back[at] & 0xff) - (plane[at] & 0xff))).isLessThanOrEqualTo(1);
      }
    }
  }
}
