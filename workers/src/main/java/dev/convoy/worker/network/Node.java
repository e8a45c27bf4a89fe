package dev.convoy.worker.network;

import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * One step of a network: a leaf on its input, or the join at the end of a block.
 *
 * @param index its place in {@link Network#nodes()}
 * @param layer a leaf, or the block whose paths end here
 * @param inputs the nodes whose outputs it takes, {@link #IMAGE} for the image; one for a leaf, for
 *     a block one a path
 * @param blocks the blocks around it, the outermost first; a block is not around its own join
 * @param input what it takes: of a block, what enters every path
 * @param output what it puts out
 * @param parameters stored values
 * @param statistics those of them that are measured, not trained
 * @param multiplyAdds of one image
 */
public record Node(
    int index,
    LayerDefinition layer,
    List<Integer> inputs,
    List<String> blocks,
    LayerShape input,
    LayerShape output,
    long parameters,
    long statistics,
    long multiplyAdds)
    implements Serializable {
  /** The image, as an input. */
  public static final int IMAGE = -1;

  public Node {
    inputs = List.copyOf(inputs);
    blocks = List.copyOf(blocks);
  }

  static Node of(int index, Leaf leaf, int from, List<String> blocks, LayerShape in, int labels) {
    return new Node(
        index,
        leaf,
        List.of(from),
        blocks,
        in,
        leaf.output(in, labels),
        leaf.parameters(in, labels),
        leaf.statistics(in),
        leaf.multiplyAdds(in, labels));
  }

  static Node of(
      int index,
      Block block,
      List<Integer> ends,
      List<String> blocks,
      LayerShape in,
      List<LayerShape> shapes) {
    return new Node(index, block, ends, blocks, in, block.joined(shapes), 0, 0, 0);
  }

  public String name() {
    return layer.name();
  }

  /** The leaf; empty for the join of a block. */
  public Optional<Leaf> leaf() {
    return layer instanceof Leaf leaf ? Optional.of(leaf) : Optional.empty();
  }
}
