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

  /** Returns its name in the model, such as {@code W}. */
  public String parameter() {
    return layout.parameter();
  }

  /** Returns the extent of an axis; 1 for an axis that it lacks. */
  public long extent(TensorLayout.Axis axis) {
    int index = layout.axes().indexOf(axis);
    return index < 0 ? 1 : shape.get(index);
  }

  /** Returns the stride of an axis in row-major order, in values; 1 for an axis that it lacks. */
  public long stride(TensorLayout.Axis axis) {
    int index = layout.axes().indexOf(axis);
    return index < 0
        ? 1
        : shape.subList(index + 1, shape.size()).stream().reduce(1L, (a, b) -> a * b);
  }
}
