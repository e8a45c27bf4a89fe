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
 * @param index its position in {@link Network#nodes()}
 * @param layer a leaf, or the block whose paths end here
 * @param inputs indices of its input nodes, {@link #IMAGE} for the image: one for a leaf, one per
 *     path for a block
 * @param blocks the blocks that contain it, the outermost first; a block does not contain its own
 *     join
 * @param input shape of its input; for a block, of the input of every path
 * @param output shape of its output
 * @param parameters number of stored values
 * @param statistics number of stored values that are measured, not trained
 * @param multiplyAdds multiply-adds in the forward pass of one image
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
  /** The index that stands for the image among {@link #inputs}. */
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

  /** Returns the leaf; empty for the join of a block. */
  public Optional<Leaf> leaf() {
    return layer.match(Optional::of, block -> Optional.empty());
  }
}
