package dev.convoy.worker.network.layer;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A layer made of parallel paths of layers on one input, whose outputs are joined. */
public sealed interface Block extends LayerDefinition permits Inception, Residual {
  /** Returns the layers of each path in order; an empty path passes the input unchanged. */
  @Override
  List<List<LayerDefinition>> paths();

  /** Returns why the outputs of the paths cannot be joined, and the remedy; empty if they can. */
  Optional<String> refusal(List<LayerShape> ends);

  /** Returns the shape of the joined output, for ends that are not refused. */
  LayerShape joined(List<LayerShape> ends);

  @Override
  default <R> R match(Function<Leaf, R> leaf, Function<Block, R> block) {
    return block.apply(this);
  }

  /** Calls the visitor's method for this kind. */
  <R, C> R accept(BlockVisitor<R, C> visitor, C context);

  @Override
  default <R, C> R accept(LayerVisitor<R, C> visitor, C context) {
    return accept((BlockVisitor<R, C>) visitor, context);
  }
}
