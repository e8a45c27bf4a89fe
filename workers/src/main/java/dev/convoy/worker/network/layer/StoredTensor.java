package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.List;

/**
 * One tensor that a layer stores.
 *
 * @param layout its name and axes
 * @param shape extents of its axes, each at least 1
 */
public record StoredTensor(TensorLayout layout, List<Long> shape) {
  public StoredTensor {
    shape = List.copyOf(shape);
    Checks.that(
        shape.size() == layout.axes().size(),
        "shape",
        shape + " (must have one extent for each of " + layout.axes() + ")");
  }

  /** Its name in the model, such as {@code W}. */
  public String parameter() {
    return layout.parameter();
  }

  /** How far an axis goes; 1 for one that it lacks. */
  public long extent(TensorLayout.Axis axis) {
    int at = layout.axes().indexOf(axis);
    return at < 0 ? 1 : shape.get(at);
  }

  /**
   * How many values lie between neighbours along an axis where the tensor is row-major; 1 for an
   * axis that it lacks.
   */
  public long stride(TensorLayout.Axis axis) {
    int at = layout.axes().indexOf(axis);
    return at < 0 ? 1 : shape.subList(at + 1, shape.size()).stream().reduce(1L, (a, b) -> a * b);
  }
}
