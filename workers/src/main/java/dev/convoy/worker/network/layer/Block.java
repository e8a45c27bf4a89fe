package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/** Layers side by side on one input, whose outputs are joined. */
public sealed interface Block extends LayerDefinition permits Inception, Residual {
  /** The layers of each path, in the order in which the input passes them; empty: as it is. */
  @JsonIgnore
  List<List<LayerDefinition>> paths();

  /** Why the outputs of the paths cannot be joined, and what to do; empty if they can. */
  Optional<String> refusal(List<LayerShape> ends);

  /** The output, for ends that are not refused. */
  LayerShape joined(List<LayerShape> ends);

  /** Calls the method of the visitor that is for this kind. */
  <R, C> R accept(BlockVisitor<R, C> visitor, C context);

  @Override
  default <R, C> R accept(LayerVisitor<R, C> visitor, C context) {
    return accept((BlockVisitor<R, C>) visitor, context);
  }
}
