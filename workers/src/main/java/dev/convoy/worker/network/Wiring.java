package dev.convoy.worker.network;

import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Connects the layers of a definition into nodes by propagating the shape of one image, and reports
 * the layers that do not fit.
 *
 * <p>A shape is unknown if the dataset fixes it, or after a fault. Then only the order of layers is
 * checked.
 */
final class Wiring {
  private final int labels;
  private final boolean anySize;
  private final Set<String> unclear;
  private final BiConsumer<LayerDefinition, String> faults;
  private final List<Node> nodes = new ArrayList<>();
  private final Deque<String> blocks = new ArrayDeque<>();

  /** The shape between two layers; {@code flat} is known even where the shape is not. */
  private record Flow(int from, Optional<LayerShape> shape, boolean flat) {
    Flow unknown(boolean flattened) {
      return new Flow(from, Optional.empty(), flattened);
    }
  }

  private Wiring(
      int labels,
      boolean anySize,
      Set<String> unclear,
      BiConsumer<LayerDefinition, String> faults) {
    this.labels = labels;
    this.anySize = anySize;
    this.unclear = unclear;
    this.faults = faults;
  }

  /**
   * Connects layers.
   *
   * @param image shape of one image; empty if it is not known
   * @param labels at least 1
   * @param unclear names of layers that have faults of their own, so that their output is unknown
   * @param faults receives every layer that does not fit, and the reason
   * @return one node per layer; incomplete where a shape is unknown or does not fit
   */
  static List<Node> connect(
      List<LayerDefinition> layers,
      NetworkInput input,
      Optional<LayerShape> image,
      int labels,
      Set<String> unclear,
      BiConsumer<LayerDefinition, String> faults) {
    Wiring wiring = new Wiring(labels, input.isAnySize(), unclear, faults);
    wiring.propagate(layers, new Flow(Node.IMAGE, image, false));
    for (int i = 0; i < layers.size() - 1; i++) {
      if (isOutput(layers.get(i))) {
        faults.accept(layers.get(i), NetworkDefinition.NOT_LAST);
      }
    }
    return wiring.nodes;
  }

  static boolean isOutput(LayerDefinition layer) {
    return layer.match(leaf -> leaf.domain() == Leaf.Domain.ENDS, block -> false);
  }

  private Flow propagate(List<LayerDefinition> layers, Flow flow) {
    Flow end = flow;
    for (LayerDefinition layer : layers) {
      Flow start = end;
      end = layer.match(leaf -> propagate(leaf, start), block -> propagate(block, start));
    }
    return end;
  }

  private Flow propagate(Leaf leaf, Flow flow) {
    if (!blocks.isEmpty() && isOutput(leaf)) {
      faults.accept(leaf, leaf.kind() + " must be the last layer: move it out of its block");
      return flow;
    }
    boolean flat = flow.flat || leaf.domain() != Leaf.Domain.MAPS;
    boolean flattens = leaf.domain() == Leaf.Domain.FLATTENS || leaf.domain() == Leaf.Domain.ENDS;
    boolean needsMaps = leaf.domain() == Leaf.Domain.MAPS || leaf.domain() == Leaf.Domain.CONDENSES;
    boolean keeps = leaf.domain() == Leaf.Domain.KEEPS;
    if (needsMaps && flow.flat) {
      faults.accept(
          leaf,
          leaf.kind()
              + " takes feature maps, and a layer before it has flattened them:"
              + " put it before the first dense, flatten or global-pool layer");
      return flow.unknown(true);
    }
    if (flattens && !flow.flat && anySize) {
      faults.accept(
          leaf,
          leaf.kind()
              + " takes a fixed number of values, and its input may have any height and width:"
              + " put a global-pool before it, or give the input a height and width");
      return flow.unknown(true);
    }
    boolean flatAfter = keeps ? flow.flat : flat;
    if (flow.shape.isEmpty() || unclear.contains(leaf.name())) {
      return flow.unknown(flatAfter);
    }
    Optional<String> refusal = leaf.refusal(flow.shape.get());
    if (refusal.isPresent()) {
      faults.accept(leaf, "cannot take " + flow.shape.get() + ": " + refusal.get());
      return flow.unknown(flatAfter);
    }
    Node node =
        Node.of(nodes.size(), leaf, flow.from, List.copyOf(blocks), flow.shape.get(), labels);
    nodes.add(node);
    return new Flow(node.index(), Optional.of(node.output()), flatAfter);
  }

  private Flow propagate(Block block, Flow flow) {
    blocks.addLast(block.name());
    List<Flow> ends = block.paths().stream().map(path -> propagate(path, flow)).toList();
    blocks.removeLast();
    boolean flat = ends.stream().anyMatch(Flow::flat);
    if (flat && !ends.stream().allMatch(Flow::flat)) {
      faults.accept(
          block,
          block.kind()
              + " joins feature maps with flat vectors: flatten all of its paths, or none of them");
      return flow.unknown(true);
    }
    if (flow.shape.isEmpty()
        || unclear.contains(block.name())
        || ends.stream().anyMatch(end -> end.shape.isEmpty())) {
      return flow.unknown(flat);
    }
    List<LayerShape> shapes = ends.stream().map(end -> end.shape.orElseThrow()).toList();
    Optional<String> refusal = block.refusal(shapes);
    if (refusal.isPresent()) {
      faults.accept(block, refusal.get());
      return flow.unknown(flat);
    }
    Node node =
        Node.of(
            nodes.size(),
            block,
            ends.stream().map(Flow::from).toList(),
            List.copyOf(blocks),
            flow.shape.get(),
            shapes);
    nodes.add(node);
    return new Flow(node.index(), Optional.of(node.output()), flat);
  }
}
