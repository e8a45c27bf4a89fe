package dev.convoy.benchmarks.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.convoy.worker.network.Node;
import java.util.ArrayList;
import java.util.List;

/** The stored values of a network in libtorch. */
final class StoredValues {
  private final NDManager manager;
  private final InitialValues values;
  private final Layout layout;
  private final List<Trained> trained = new ArrayList<>();
  private long count;

  /**
   * One tensor that is trained.
   *
   * @param name {@code layer/parameter}
   * @param decays whether weight decay applies: to weights, not to biases and batch norm
   */
  record Trained(String name, NDArray array, boolean decays) {}

  StoredValues(NDManager manager, InitialValues values, Layout layout) {
    this.manager = manager;
    this.values = values;
    this.layout = layout;
  }

  NDManager manager() {
    return manager;
  }

  List<Trained> trained() {
    return trained;
  }

  /** Weights of a convolution {@code (maps, inputs, rows, columns)}. */
  NDArray convolution(Node node, int maps, int inputs, int rows, int columns) {
    int length = maps * inputs * rows * columns;
    long area = (long) rows * columns;
    float[] weights = values.of(node, "W", length, inputs * area, maps * area);
    return train(node, "W", layout.array(manager, weights, maps, inputs, rows, columns));
  }

  /**
   * Returns the weights of a depthwise convolution {@code (maps, 1, rows, columns)}, which Convoy
   * stores in the order {@code (rows, columns, maps)}.
   */
  NDArray depthwise(Node node, int maps, int rows, int columns) {
    int area = rows * columns;
    float[] stored = values.of(node, "W", maps * area, area, area);
    float[] weights = new float[stored.length];
    for (int place = 0; place < area; place++) {
      for (int map = 0; map < maps; map++) {
        weights[map * area + place] = stored[place * maps + map];
      }
    }
    return train(node, "W", layout.array(manager, weights, maps, 1, rows, columns));
  }

  /**
   * Returns the weights of a dense layer {@code (units, inputs)}, in the order in which Convoy
   * stores them.
   */
  NDArray dense(Node node, int units, int inputs) {
    float[] weights = values.of(node, "W", units * inputs, inputs, units);
    return train(node, "W", manager.create(weights, new Shape(units, inputs)));
  }

  /** Returns a trained vector: a bias, or a scale or shift of batch norm. */
  NDArray vector(Node node, String parameter, int length) {
    return train(node, parameter, manager.create(values.of(node, parameter, length, 0, 0)));
  }

  /** Returns a measured vector: a mean or variance of batch norm. */
  NDArray statistic(Node node, String parameter, int length) {
    count += length;
    return manager.create(values.of(node, parameter, length, 0, 0));
  }

  private NDArray train(Node node, String parameter, NDArray array) {
    count += array.size();
    array.setRequiresGradient(true);
    trained.add(new Trained(node.name() + "/" + parameter, array, parameter.equals("W")));
    return array;
  }

  /** Returns the number of stored values. */
  long count() {
    return count;
  }

  void requireAll(long expected) {
    if (count != expected) {
      throw new IllegalStateException("libtorch has " + count + " values, not " + expected);
    }
  }
}
