package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.Arrays;

/**
 * The output of one layer for one image: float32 values {@code (maps, height, width)}, or {@code
 * maps} values if it is flat. Immutable.
 */
public final class FeatureMaps {
  private final LayerShape shape;
  private final float[] values;

  /** A position in feature maps. */
  public record Place(int map, int row, int column) {}

  /**
   * Creates feature maps of a shape.
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

  /** Returns the value at one position. */
  public float at(int map, int row, int column) {
    return values[(map * shape.height() + row) * shape.width() + column];
  }

  public float at(Place place) {
    return at(place.map(), place.row(), place.column());
  }

  /** Returns a copy of all values, channel-major. */
  public float[] values() {
    return values.clone();
  }

  /** Returns a copy of one map, row by row. */
  public float[] map(int map) {
    int plane = Math.toIntExact(shape.plane());
    return Arrays.copyOfRange(values, map * plane, (map + 1) * plane);
  }

  /** Returns the activation strength of a map: the mean of its absolute values. */
  public double strength(int map) {
    double sum = 0;
    for (float value : map(map)) {
      sum += Math.abs(value);
    }
    return sum / shape.plane();
  }

  /** Returns the position of the highest value; the first among equal ones. */
  public Place highest() {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    int plane = Math.toIntExact(shape.plane());
    return new Place(best / plane, best % plane / shape.width(), best % shape.width());
  }
}
