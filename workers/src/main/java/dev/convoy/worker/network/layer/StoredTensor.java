package dev.convoy.worker.network.layer;

import java.util.Arrays;
import java.util.List;

/**
 * One tensor that a layer stores.
 *
 * @param parameter its key, such as {@code W}
 * @param shape extents of its axes, each at least 1
 */
public record StoredTensor(String parameter, List<Long> shape) {
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  static StoredTensor of(String parameter, long... shape) {
    return new StoredTensor(parameter, Arrays.stream(shape).boxed().toList());
  }

  /** One value for each map or unit. */
  static StoredTensor vector(String parameter, long length) {
    return of(parameter, 1, length);
  }
}
