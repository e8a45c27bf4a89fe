package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.Arrays;

/**
 * What one layer puts out for one image: float32 values {@code (maps, height, width)}, or {@code
 * maps} values where the layer's output is flat. Never changed.
 */
public final class FeatureMaps {
  private final LayerShape shape;
  private final float[] values;

  /** A place in feature maps. */
  public record Place(int map, int row, int column) {}

  /**
   * Feature maps of a shape.
   *
   * @param values channel-major; not copied
   */
  public FeatureMaps(LayerShape shape, float[] values) {
    Checks.that(
        values.length == shape.size(), "values", values.length + " for a shape of " + shape);
    this.shape = shape;
    this.values = values;
  }

  public LayerShape shape() {
    return shape;
  }

  /** The value at one place. */
  public float at(int map, int row, int column) {
    return values[(map * shape.height() + row) * shape.width() + column];
  }

  public float at(Place place) {
    return at(place.map(), place.row(), place.column());
  }

  /** A copy of all values, channel-major. */
  public float[] values() {
    return values.clone();
  }

  /** A copy of one map, row by row. */
  public float[] map(int map) {
    int plane = Math.toIntExact(shape.plane());
    return Arrays.copyOfRange(values, map * plane, (map + 1) * plane);
  }

  /** How much a map answers: the mean of its absolute values. */
  public double strength(int map) {
    double sum = 0;
    for (float value : map(map)) {
      sum += Math.abs(value);
    }
    return sum / shape.plane();
  }

  /** Where the highest value is; the first of equals. */
  public Place highest() {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    int plane = Math.toIntExact(shape.plane());
    return new Place(best / plane, best % plane / shape.width(), best % shape.width());
  }
}
