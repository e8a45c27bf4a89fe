package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** Brightness, contrast and saturation, with numbers by hand. */
class ColourChangeTest {
  private static final ImageShape GREY = new ImageShape(3, 3, 1);
  private static final ImageShape PIXEL = new ImageShape(1, 1, 3);

  private static int[] changed(ImageShape shape, ColourChange change, int... values) {
    byte[] image = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      image[i] = (byte) values[i];
    }
    change.apply(image, shape);
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = image[i] & 0xff;
    }
    return result;
  }

  @Example
  void brightnessMultipliesAndIsLimited() {
    assertThat(changed(GREY, new ColourChange(1.5, 1, 1), 0, 1, 2, 10, 100, 169, 170, 171, 255))
        .containsExactly(0, 2, 3, 15, 150, 254, 255, 255, 255);
    assertThat(changed(GREY, new ColourChange(0, 1, 1), 0, 1, 2, 10, 100, 169, 170, 171, 255))
        .containsOnly(0);
  }

  /** The mean of the nine values is 50. */
  @Example
  void contrastStretchesTheDistanceFromTheMean() {
    assertThat(changed(GREY, new ColourChange(1, 2, 1), 0, 10, 20, 30, 50, 60, 80, 90, 110))
        .containsExactly(0, 0, 0, 10, 50, 70, 110, 130, 170);
    assertThat(changed(GREY, new ColourChange(1, 0, 1), 0, 10, 20, 30, 50, 60, 80, 90, 110))
        .containsOnly(50);
  }

  /** Luma of (100, 50, 200) is 29.9 + 29.35 + 22.8 = 82.05. */
  @Example
  void saturationStretchesTheDistanceFromLuma() {
    assertThat(changed(PIXEL, new ColourChange(1, 1, 0), 100, 50, 200)).containsOnly(82);
    assertThat(changed(PIXEL, new ColourChange(1, 1, 0.5), 100, 50, 200))
        .containsExactly(91, 66, 141);
    assertThat(changed(PIXEL, new ColourChange(1, 1, 2), 100, 50, 200))
        .containsExactly(118, 18, 255);
  }

  /** The contrast of a colour image is around the mean luma, 82.05 here. */
  @Example
  void contrastOfColoursIsAroundTheMeanLuma() {
    assertThat(changed(PIXEL, new ColourChange(1, 0, 1), 100, 50, 200)).containsOnly(82);
    assertThat(changed(PIXEL, new ColourChange(1, 0.5, 1), 100, 50, 200))
        .containsExactly(91, 66, 141);
  }

  @Property(tries = 100)
  void greyPixelsHaveNoSaturationToChange(
      @ForAll @DoubleRange(max = 2) double factor, @ForAll long seed) {
    ImageShape shape = new ImageShape(2, 2, 3);
    Random random = new Random(seed);
    int[] values = new int[12];
    for (int i = 0; i < 4; i++) {
      values[i] = values[i + 4] = values[i + 8] = random.nextInt(256);
    }
    assertThat(changed(shape, new ColourChange(1, 1, factor), values)).isEqualTo(values);
    assertThat(changed(shape, new ColourChange(1, 1, 1), values)).isEqualTo(values);
  }
}
