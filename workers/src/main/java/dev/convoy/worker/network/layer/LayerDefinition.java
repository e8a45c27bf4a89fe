package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;

/**
 * One layer of a network, every default filled in: a {@link Leaf}, or a {@link Block} of layers.
 *
 * <p>The names of the record components are the keys of the definition language.
 */
public sealed interface LayerDefinition extends Serializable permits Leaf, Block {
  /** The maximum number of feature maps or units of one layer. */
  int WIDEST = 65_536;

  /** Returns the name: letters, digits and hyphens, a letter first, unique, not {@code input}. */
  String name();

  /** Returns the word in the definition language: {@code conv}. */
  @JsonIgnore
  String kind();

  /**
   * Returns the settings that a summary shows beside the kind: {@code 32 maps 5×5 stride 1 same
   * relu}.
   */
  @JsonIgnore
  String details();

  /** Calls the visitor's method for this kind. */
  <R, C> R accept(LayerVisitor<R, C> visitor, C context);
}
