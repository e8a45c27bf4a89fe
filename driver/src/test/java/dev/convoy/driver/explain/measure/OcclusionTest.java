package dev.convoy.driver.explain.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Held against arithmetic by hand, for a model whose probability is linear in the pixels. */
class OcclusionTest {
  private static final ImageShape SHAPE = new ImageShape(13, 12, 1);
  private static final int FILL = 40;

  private static Pixels image(long seed) {
    byte[] bytes = new byte[SHAPE.size()];
    new SplittableRandom(seed).nextBytes(bytes);
    return new Pixels(SHAPE, bytes);
  }

  private static double[] weights(long seed) {
    return new SplittableRandom(seed).doubles(SHAPE.size(), -1e-5, 1e-5).toArray();
  }

  /** {@code p = ½ + Σ w·x}. */
  private static Predictor linear(double[] weights) {
    return images -> {
      float[][] rows = new float[images.size()][];
      for (int i = 0; i < rows.length; i++) {
        double p = 0.5;
        for (int pixel = 0; pixel < weights.length; pixel++) {
          p += weights[pixel] * (images.get(i).bytes()[pixel] & 0xFF);
        }
        rows[i] = new float[] {(float) (1 - p), (float) p};
      }
      return rows;
    };
  }

  @Test
  void aLinearModelLosesTheWeightedDifferenceOfThePatch() {
    Pixels image = image(1);
    double[] weights = weights(2);
    Occlusion occlusion =
        Occlusion.measure(image, 1, List.of(FILL), linear(weights), Occlusion.MAX_PLACES);
    assertThat(occlusion.side()).isEqualTo(2);
    assertThat(occlusion.stride()).isEqualTo(1);
    double[] sums = new double[SHAPE.plane()];
    int[] patches = new int[SHAPE.plane()];
    double highest = Double.NEGATIVE_INFINITY;
    for (int top = 0; top + 2 <= 13; top++) {
      for (int left = 0; left + 2 <= 12; left++) {
        int[] pixels = {
          top * 12 + left, top * 12 + left + 1, (top + 1) * 12 + left, (top + 1) * 12 + left + 1
        };
        double drop = 0;
        for (int pixel : pixels) {
          drop += weights[pixel] * ((image.bytes()[pixel] & 0xFF) - FILL);
        }
        for (int pixel : pixels) {
          sums[pixel] += drop;
          patches[pixel]++;
        }
        highest = Math.max(highest, drop);
      }
    }
    for (int row = 0; row < 13; row++) {
      for (int column = 0; column < 12; column++) {
        int pixel = row * 12 + column;
        assertThat(occlusion.drop(row, column))
            .isCloseTo(sums[pixel] / patches[pixel], within(1e-6));
      }
    }
    Occlusion.Patch worst = occlusion.worst();
    assertThat(worst.drop()).isCloseTo(highest, within(1e-6));
    double whole = linear(weights).probabilities(List.of(image))[0][1];
    assertThat(worst.probability()).isCloseTo(whole - worst.drop(), within(1e-6));
  }

  @Test
  void theOtherLabelGainsWhatThisOneLoses() {
    Pixels image = image(3);
    double[] weights = weights(4);
    Occlusion one =
        Occlusion.measure(image, 1, List.of(FILL), linear(weights), Occlusion.MAX_PLACES);
    Occlusion other =
        Occlusion.measure(image, 0, List.of(FILL), linear(weights), Occlusion.MAX_PLACES);
    assertThat(one.drop(5, 5)).isCloseTo(-other.drop(5, 5), within(1e-6));
  }

  @Test
  void everyPixelIsCoveredAlsoWhereThePatchGoesInSteps() {
    ImageShape large = new ImageShape(101, 250, 1);
    Occlusion occlusion =
        Occlusion.measure(
            new Pixels(large, new byte[large.size()]),
            0,
            List.of(9),
            images -> {
              float[][] rows = new float[images.size()][];
              java.util.Arrays.setAll(
                  rows, i -> new float[] {images.get(i).bytes()[0] == 0 ? 1 : 0.25f, 0});
              return rows;
            },
            Occlusion.MAX_PLACES);
    assertThat(occlusion.side()).isEqualTo(17);
    assertThat(occlusion.stride()).isGreaterThan(1).isLessThanOrEqualTo(17);
    for (int row = 0; row < 101; row++) {
      for (int column = 0; column < 250; column++) {
        assertThat(occlusion.drop(row, column)).isBetween(0.0, 0.75);
      }
    }
    assertThat(occlusion.drop(0, 0)).isEqualTo(0.75);
    assertThat(occlusion.drop(100, 249)).isZero();
    assertThat(occlusion.worst())
        .extracting(Occlusion.Patch::top, Occlusion.Patch::left)
        .containsExactly(0, 0);
  }

  @Test
  void largeImagesHaveFewerPlaces() {
    assertThat(Occlusion.places(1_000_000)).isEqualTo(Occlusion.MAX_PLACES);
    assertThat(Occlusion.places(10_000_000_000L)).isEqualTo(10);
    assertThat(Occlusion.places(Long.MAX_VALUE)).isEqualTo(8);
  }
}
