package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Resized images against the formulas, pixel by pixel in two dimensions and real numbers. */
class ResamplingTest {
  private static byte[] resized(byte[] grey, int height, int width, int newHeight, int newWidth) {
    return resized(Resampling.AREA_BICUBIC, grey, height, width, newHeight, newWidth);
  }

  private static byte[] resized(
      Resampling way, byte[] grey, int height, int width, int newHeight, int newWidth) {
    Geometry geometry = Geometry.DEFAULT.with(Fit.STRETCH).with(way);
    ImageShape shape = new ImageShape(newHeight, newWidth, 1);
    return new ImageFitter(shape, geometry, ImageLimits.DEFAULT, Background.BLACK)
        .greyToPixels(grey, height, width);
  }

  /** Keys' kernel as he writes it, with a = −1/2. */
  private static double keys(double distance) {
    double a = -0.5;
    double x = Math.abs(distance);
    if (x <= 1) {
      return (a + 2) * Math.pow(x, 3) - (a + 3) * Math.pow(x, 2) + 1;
    }
    return x < 2 ? a * Math.pow(x, 3) - 5 * a * Math.pow(x, 2) + 8 * a * x - 4 * a : 0;
  }

  /** The weight of source pixel {@code i} in target pixel {@code t}, before normalisation. */
  private static double weight(int i, int t, int source, int target) {
    double from = (double) t * source / target;
    double to = (double) (t + 1) * source / target;
    return source >= target
        ? Math.max(0, Math.min(to, i + 1) - Math.max(from, i))
        : keys(i + 0.5 - (from + to) / 2);
  }

  private static double expected(
      byte[] grey, int height, int width, int newHeight, int newWidth, int row, int column) {
    double sum = 0;
    double weights = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double weight = weight(y, row, height, newHeight) * weight(x, column, width, newWidth);
        sum += weight * (grey[y * width + x] & 0xff);
        weights += weight;
      }
    }
    return Math.max(0, Math.min(255, sum / weights));
  }

  @ParameterizedTest
  @CsvSource({
    "32, 32, 16, 16", "31, 17, 8, 5", "50, 40, 7, 39", "5, 7, 13, 29", "9, 9, 10, 10",
    "40, 6, 9, 17", "3, 33, 28, 28", "1, 1, 4, 5", "2, 2, 1, 3", "28, 28, 28, 14"
  })
  void everyPixelIsThatOfTheFormula(int height, int width, int newHeight, int newWidth) {
    byte[] grey = new byte[height * width];
    new Random(height).nextBytes(grey);
    byte[] found = resized(grey, height, width, newHeight, newWidth);
    for (int row = 0; row < newHeight; row++) {
      for (int column = 0; column < newWidth; column++) {
        double exact = expected(grey, height, width, newHeight, newWidth, row, column);
        assertThat((double) (found[row * newWidth + column] & 0xff))
            .as("%s, %s", row, column)
            .isBetween(exact - 0.5001, exact + 0.5001);
      }
    }
  }

  @Test
  void halvingTakesTheMeanOfFourPixels() {
    byte[] grey = {10, 20, 30, 50, 30, 40, 0, 0, 1, 1, 2, 2, 1, 2, 3, 3};
    assertThat(resized(grey, 4, 4, 2, 2)).containsExactly(25, 20, 1, 3);
  }

  /** An impulse of 200 shows the kernel at quarters: 0.8671875, 0.2265625 and less than 0. */
  @Test
  void doublingShowsTheKernelByHand() {
    byte[] impulse = {0, 0, 0, (byte) 200, 0, 0, 0};
    byte[] found = resized(impulse, 1, 7, 1, 14);
    assertThat(found)
        .isEqualTo(new byte[] {0, 0, 0, 0, 0, 45, (byte) 173, (byte) 173, 45, 0, 0, 0, 0, 0});
    byte[] hole = {(byte) 200, (byte) 200, (byte) 200, 0, (byte) 200, (byte) 200, (byte) 200};
    // 200 · (1 + 0.0703125) = 214 beside the hole.
    assertThat(resized(hole, 1, 7, 1, 14)[4] & 0xff).isEqualTo(214);
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void aConstantImageStaysConstant(Resampling way) {
    byte[] grey = new byte[11 * 5];
    Arrays.fill(grey, (byte) 201);
    for (int[] size : new int[][] {{3, 4}, {11, 5}, {20, 30}, {2, 9}}) {
      assertThat(resized(way, grey, 11, 5, size[0], size[1])).containsOnly(201);
    }
  }

  /** Cubic convolution reproduces planes, away from the borders. */
  @Test
  void enlargementKeepsSlopes() {
    byte[] ramp = new byte[20];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (10 + 8 * i);
    }
    byte[] found = resized(ramp, 1, 20, 1, 80);
    for (int i = 8; i < 72; i++) {
      assertThat(found[i] & 0xff).isEqualTo((int) Math.floor(10 + 8 * ((i + 0.5) / 4 - 0.5) + 0.5));
    }
  }
}
