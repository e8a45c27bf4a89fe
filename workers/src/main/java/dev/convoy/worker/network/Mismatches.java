package dev.convoy.worker.network;

import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds blocks whose paths end in different sizes for every input size. It serves blocks whose
 * input size is unknown, because the image size is open or an earlier layer has a fault.
 *
 * <p>Heights and widths from 1 to {@value #LARGEST} are propagated through the layers. Where a
 * layer has a fault or a window does not fit, the size becomes unknown and the next layer gets the
 * initial size again; such paths are not compared with others. All sizes are tried because paths of
 * different strides may match at small sizes only.
 */
final class Mismatches {
  private static final int LARGEST = 512;

  private final Set<String> unclear;
  private final Set<Block> compared = new HashSet<>();
  private final Set<Block> heightsMatch = new HashSet<>();
  private final Set<Block> widthsMatch = new HashSet<>();
  private int size;

  /** The size between two layers; {@code lost} if it was reset to the initial size on this path. */
  private record Flow(int height, int width, boolean flat, boolean lost) {}

  private Mismatches(Set<String> unclear) {
    this.unclear = unclear;
  }

  /**
   * Returns the blocks whose paths end in different heights, or in different widths, at all sizes.
   *
   * @param unclear names of layers that have faults of their own
   */
  static Set<Block> find(List<LayerDefinition> layers, NetworkInput input, Set<String> unclear) {
    Mismatches mismatches = new Mismatches(unclear);
    for (int size = 1; size <= LARGEST; size++) {
      mismatches.size = size;
      mismatches.propagate(
          layers, new Flow(input.height().or(size), input.width().or(size), false, false));
    }
    Set<Block> never = new HashSet<>(mismatches.compared);
    never.removeIf(
        block -> mismatches.heightsMatch.contains(block) && mismatches.widthsMatch.contains(block));
    return never;
  }

  private Flow propagate(List<LayerDefinition> layers, Flow flow) {
    Flow end = flow;
    for (LayerDefinition layer : layers) {
      Flow start = end;
      end = layer.match(leaf -> propagate(leaf, start), block -> propagate(block, start));
    }
    return end;
  }

  private Flow lost(boolean flat) {
    return new Flow(flat ? 1 : size, flat ? 1 : size, flat, true);
  }

  private Flow propagate(Leaf leaf, Flow flow) {
    if (Wiring.isOutput(leaf)) {
      return lost(flow.flat);
    }
    boolean flat =
        flow.flat
            || leaf.domain() == Leaf.Domain.CONDENSES
            || leaf.domain() == Leaf.Domain.FLATTENS;
    if (unclear.contains(leaf.name())) {
      return lost(flat);
    }
    if (flat) {
      return new Flow(1, 1, true, flow.lost);
    }
    LayerShape input = new LayerShape(1, flow.height, flow.width, false);
    if (leaf.window().isEmpty()) {
      return flow;
    }
    if (leaf.refusal(input).isPresent()) {
      return lost(false);
    }
    LayerShape output = leaf.output(input, 2);
    return new Flow(output.height(), output.width(), false, flow.lost);
  }

  private Flow propagate(Block block, Flow flow) {
    Flow start = new Flow(flow.height, flow.width, flow.flat, false);
    List<Flow> known = new ArrayList<>();
    for (List<LayerDefinition> layers : block.paths()) {
      Flow end = propagate(layers, start);
      if (!end.lost) {
        known.add(end);
      }
    }
    if (known.isEmpty() || unclear.contains(block.name())) {
      return lost(flow.flat);
    }
    Flow first = known.get(0);
    boolean heights = known.stream().allMatch(end -> end.height == first.height);
    boolean widths = known.stream().allMatch(end -> end.width == first.width);
    if (known.size() > 1 && known.stream().allMatch(end -> end.flat == first.flat)) {
      compared.add(block);
      if (heights) {
        heightsMatch.add(block);
      }
      if (widths) {
        widthsMatch.add(block);
      }
    }
    return heights && widths
        ? new Flow(first.height, first.width, first.flat, flow.lost)
        : lost(first.flat);
  }
}
