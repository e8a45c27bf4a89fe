package dev.convoy.worker.program;

import java.util.Arrays;

/**
 * The scales of the weights of one step as integers from −127 to 127: {@code max |w| / 127} for
 * each output map, or 1 if all of its weights are 0.
 */
final class WeightScales {
  private static final float LARGEST = 127;

  private final float[] scales;
  private final int axes;

  /**
   * Computes the scales.
   *
   * @param weights all weights, row-major
   * @param shape their shape; with five axes, the first two are group and map of the group
   */
  WeightScales(float[] weights, long... shape) {
    axes = shape.length > 4 ? 2 : 1;
    int maps = Math.toIntExact(Arrays.stream(shape, 0, axes).reduce(1, Math::multiplyExact));
    int each = weights.length / maps;
    scales = new float[maps];
    for (int map = 0; map < maps; map++) {
      float largest = 0;
      for (int i = map * each; i < (map + 1) * each; i++) {
        largest = Math.max(largest, Math.abs(weights[i]));
      }
      scales[map] = largest > 0 ? largest / LARGEST : 1;
    }
  }

  /** Returns the number of leading axes of the weights that count the output maps. */
  int axes() {
    return axes;
  }

  /** Returns {@code 1 / scale} for each output map. */
  float[] factors() {
    return times(1, true);
  }

  /** Returns {@code factor·scale} for each output map. */
  float[] times(float factor) {
    return times(factor, false);
  }

  private float[] times(float factor, boolean inverse) {
    float[] products = new float[scales.length];
    for (int map = 0; map < products.length; map++) {
      products[map] = inverse ? factor / scales[map] : factor * scales[map];
    }
    return products;
  }

  /** Returns {@code value / (factor·scale)} for each output map. */
  float[] divide(float[] values, float factor) {
    float[] quotients = new float[values.length];
    for (int map = 0; map < values.length; map++) {
      quotients[map] = values[map] / (factor * scales[map]);
    }
    return quotients;
  }
}
