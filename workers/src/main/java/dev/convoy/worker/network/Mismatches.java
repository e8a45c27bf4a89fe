package dev.convoy.worker.network;

import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds blocks whose paths never match, where the size of what enters them is not known: the images
 * are open, or a layer before them has a fault.
 *
 * <p>Heights and widths are followed through the layers from {@value #SIZES} sizes one after
 * another, so that every remainder of the usual strides occurs. Where a size is lost, by a fault or
 * a window that does not fit, the next layer gets that size again; paths in which that happens are
 * not compared with others.
 */
final class Mismatches {
  private static final int SIZES = 16;
  private static final int SMALLEST = 497;

  private final int size;
  private final Set<String> unclear;
  private final Set<Block> found = new HashSet<>();

  /** What flows between two layers; {@code lost} if its size was guessed anew on this path. */
  private record Flow(int height, int width, boolean flat, boolean lost) {
    boolean matches(Flow other) {
      return flat == other.flat && height == other.height && width == other.width;
    }
  }

  private Mismatches(int size, Set<String> unclear) {
    this.size = size;
    this.unclear = unclear;
  }

  /**
   * Blocks whose paths end in different heights and widths at all sizes.
   *
   * @param unclear names of layers that have faults of their own
   */
  static Set<Block> of(List<LayerDefinition> layers, NetworkInput input, Set<String> unclear) {
    Set<Block> always = new HashSet<>();
    for (int i = 0; i < SIZES; i++) {
      int size = SMALLEST + i;
      Mismatches at = new Mismatches(size, unclear);
      at.path(layers, new Flow(input.height().or(size), input.width().or(size), false, false));
      if (i == 0) {
        always.addAll(at.found);
      } else {
        always.retainAll(at.found);
      }
    }
    return always;
  }

  private Flow path(List<LayerDefinition> layers, Flow flow) {
    Flow end = flow;
    for (LayerDefinition layer : layers) {
      end = layer instanceof Leaf leaf ? pass(leaf, end) : pass((Block) layer, end);
    }
    return end;
  }

  private Flow lost(boolean flat) {
    return new Flow(flat ? 1 : size, flat ? 1 : size, flat, true);
  }

  private Flow pass(Leaf leaf, Flow flow) {
    if (Wiring.ends(leaf)) {
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
    Optional<Window> window = leaf.window();
    if (window.isEmpty()) {
      return flow;
    }
    LayerShape input = new LayerShape(1, flow.height, flow.width, false);
    long height = window.get().rows(input).positions();
    long width = window.get().columns(input).positions();
    return height < 1 || width < 1
        ? lost(false)
        : new Flow((int) height, (int) width, false, flow.lost);
  }

  private Flow pass(Block block, Flow flow) {
    Flow start = new Flow(flow.height, flow.width, flow.flat, false);
    List<Flow> known = new ArrayList<>();
    for (List<LayerDefinition> layers : block.paths()) {
      Flow end = path(layers, start);
      if (!end.lost) {
        known.add(end);
      }
    }
    if (known.isEmpty() || unclear.contains(block.name())) {
      return lost(flow.flat);
    }
    Flow first = known.get(0);
    if (known.stream().anyMatch(end -> !end.matches(first))) {
      found.add(block);
      return lost(first.flat);
    }
    return new Flow(first.height, first.width, first.flat, flow.lost);
  }
}
