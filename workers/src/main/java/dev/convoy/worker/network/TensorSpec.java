package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.layer.BatchNorm;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One parameter tensor within the flat parameters of a network.
 *
 * @param layer name of the layer
 * @param parameter DL4J's key: {@code W} weights, {@code b} biases; {@code pW} pointwise weights of
 *     a separable convolution; {@code gamma}, {@code beta}, {@code mean}, {@code var} of batch
 *     normalisation
 * @param shape weights of a convolution are (maps, input maps, rows, columns), of a depthwise one
 *     (rows, columns, input maps, multiplier), of a separable one (multiplier, input maps, rows,
 *     columns) and pointwise (maps, input maps·multiplier, 1, 1), of a dense layer (inputs, units);
 *     all others are (1, maps or units)
 * @param order {@code c}: the last index runs fastest; {@code f}: the first
 * @param offset position of its first element, in elements
 */
public record TensorSpec(
    String layer, String parameter, List<Long> shape, String order, long offset)
    implements Serializable {
  public TensorSpec {
    Checks.notBlank(layer, "layer");
    Checks.notBlank(parameter, "parameter");
    shape = List.copyOf(shape);
    shape.forEach(extent -> Checks.atLeast(1, extent, "shape"));
    Checks.that(order.equals("c") || order.equals("f"), "order", order + " (must be c or f)");
    Checks.atLeast(0, offset, "offset");
  }

  /** Whether it is measured, not trained: the mean and variance of batch normalisation. */
  @JsonIgnore
  public boolean isStatistic() {
    return parameter.equals(BatchNorm.MEAN.parameter())
        || parameter.equals(BatchNorm.VARIANCE.parameter());
  }

  /** Number of elements. */
  public long length() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Whether the other holds the same parameter in the same shape and order, at any offset. */
  public boolean matches(TensorSpec other) {
    return layer.equals(other.layer)
        && parameter.equals(other.parameter)
        && shape.equals(other.shape)
        && order.equals(other.order);
  }

  /**
   * Rearranges flat parameters.
   *
   * @param from layout of {@code values}
   * @param to layout of the result
   * @throws InvalidRequestException if the two do not hold the same tensors
   */
  public static float[] arranged(float[] values, List<TensorSpec> from, List<TensorSpec> to) {
    Map<String, TensorSpec> sources = new HashMap<>();
    from.forEach(source -> sources.put(source.layer + "/" + source.parameter, source));
    float[] arranged = new float[values.length];
    long moved = 0;
    for (TensorSpec target : to) {
      TensorSpec source = sources.get(target.layer + "/" + target.parameter);
      if (source == null || !source.matches(target)) {
        throw new InvalidRequestException(
            "Cannot use the model: its "
                + (source == null ? "tensors lack " : "shape or order differs in ")
                + target.layer
                + "/"
                + target.parameter
                + ", which this version of Convoy builds as "
                + target.shape
                + " (train it again)");
      }
      System.arraycopy(
          values,
          Math.toIntExact(source.offset),
          arranged,
          Math.toIntExact(target.offset),
          Math.toIntExact(target.length()));
      moved += target.length();
    }
    Checks.that(moved == values.length, "tensors", "they hold " + moved + " of " + values.length);
    return arranged;
  }
}
