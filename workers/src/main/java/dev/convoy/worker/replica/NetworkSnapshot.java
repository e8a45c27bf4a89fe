package dev.convoy.worker.replica;

import dev.convoy.worker.network.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * A network at one moment of its training.
 *
 * @param tensors trained tensors, in their order; neither statistics nor those of frozen layers
 * @param parameters all parameters, flat
 * @param gradient the gradient of the mean loss of some examples, flat, without the l2 term
 * @param units activity of the units that end in a rectified linear function, by layer
 */
public record NetworkSnapshot(
    List<TensorSpec> tensors, float[] parameters, float[] gradient, List<Units> units) {
  public NetworkSnapshot {
    tensors = List.copyOf(tensors);
    units = List.copyOf(units);
  }

  /**
   * The units of one layer: its feature maps, or the values of a dense layer.
   *
   * @param dead number of units that were 0 for all examples, everywhere
   */
  public record Units(String layer, int units, int dead) {}

  /** Returns the values of a tensor. */
  public float[] weights(TensorSpec tensor) {
    return cut(parameters, tensor);
  }

  /** Returns the gradient of a tensor. */
  public float[] gradient(TensorSpec tensor) {
    return cut(gradient, tensor);
  }

  private static float[] cut(float[] values, TensorSpec tensor) {
    int from = Math.toIntExact(tensor.offset());
    return Arrays.copyOfRange(values, from, from + Math.toIntExact(tensor.length()));
  }

  /** Returns the Euclidean norm of values. */
  public static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  /** Share of all units that are dead; 0 if there are none. */
  public double deadShare() {
    return deadShare(units);
  }

  /** Share of the units of all layers that are dead; 0 if there are none. */
  public static double deadShare(List<Units> units) {
    int all = units.stream().mapToInt(Units::units).sum();
    return all == 0 ? 0 : (double) units.stream().mapToInt(Units::dead).sum() / all;
  }
}
