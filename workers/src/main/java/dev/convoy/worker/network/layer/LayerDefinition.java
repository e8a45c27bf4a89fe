package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;

/**
 * One item of a network, every default filled in: a {@link Leaf}, or a {@link Block} of others.
 *
 * <p>The record components are, by name, the keys of the definition language.
 */
public sealed interface LayerDefinition extends Serializable permits Leaf, Block {
  /** The most feature maps or units of one layer. */
  int WIDEST = 65_536;

  /** Letters, digits and hyphens, a letter first; unique in a network, and not {@code input}. */
  String name();

  /** The word of the definition language: {@code conv}. */
  @JsonIgnore
  String kind();

  /** What a summary shows beside the kind: {@code 32 maps 5×5 stride 1 same relu}. */
  @JsonIgnore
  String details();

  /** Calls the method of the visitor that is for this kind. */
  <R, C> R accept(LayerVisitor<R, C> visitor, C context);
}
