package dev.convoy.benchmarks.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A network of Convoy in libtorch, with the same nodes, shapes and stored values.
 *
 * <p>It belongs to the thread that built it, and lives as long as its manager.
 */
final class LibtorchNetwork {
  private final List<Node> nodes;
  private final List<Step> steps = new ArrayList<>();
  private final int[] lastTaker;
  private final StoredValues stored;

  /** The operation of one node. */
  @FunctionalInterface
  interface Step {
    /** Returns the output of the node; a new array, never one of its inputs. */
    NDArray apply(List<NDArray> inputs, boolean training);
  }

  /**
   * Builds a network.
   *
   * @param manager owns the stored values
   */
  LibtorchNetwork(
      NDManager manager, Network network, InitialValues values, Layout layout, SamePadding same) {
    this.nodes = network.nodes();
    this.stored = new StoredValues(manager, values, layout);
    Steps building = new Steps(stored, network.labels(), same);
    this.lastTaker = new int[nodes.size()];
    for (Node node : nodes) {
      steps.add(building.of(node));
      node.inputs().stream()
          .filter(from -> from != Node.IMAGE)
          .forEach(from -> lastTaker[from] = node.index());
    }
    stored.requireAll(network.parameters());
  }

  /** Returns the trained values, and the measured statistics of batch norm. */
  StoredValues stored() {
    return stored;
  }

  /**
   * Returns the values before the softmax, {@code (n, labels)}.
   *
   * <p>The output of a node is freed once all nodes that use it have run; libtorch retains what the
   * backward pass needs.
   *
   * @param images {@code (n, channels, height, width)}, normalised; not freed
   */
  NDArray logits(NDArray images, boolean training) {
    return logits(images, training, output -> {});
  }

  /**
   * Returns the values before the softmax.
   *
   * @param watcher receives the output of every node, in order, before it is freed
   */
  NDArray logits(NDArray images, boolean training, Consumer<NDArray> watcher) {
    List<NDArray> outputs = new ArrayList<>();
    for (Node node : nodes) {
      List<NDArray> inputs =
          node.inputs().stream()
              .map(from -> from == Node.IMAGE ? images : outputs.get(from))
              .toList();
      NDArray output = steps.get(node.index()).apply(inputs, training);
      watcher.accept(output);
      outputs.add(output);
      for (int from : node.inputs()) {
        if (from != Node.IMAGE && lastTaker[from] == node.index()) {
          outputs.get(from).close();
        }
      }
    }
    return outputs.get(outputs.size() - 1);
  }

  /**
   * Returns the probabilities of a trained network.
   *
   * @return {@code (n, labels)}, row by row
   */
  float[] probabilities(NDArray images) {
    try (NDManager batch = stored.manager().newSubManager()) {
      images.tempAttach(batch);
      return logits(images, false).softmax(1).toFloatArray();
    }
  }

  /** Flattens an array, channel-major: {@code (n, c·h·w)}. */
  static NDArray flat(NDArray array) {
    Shape shape = array.getShape();
    return array.reshape(new Shape(shape.get(0), shape.size() / shape.get(0)));
  }
}
