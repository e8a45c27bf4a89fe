package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

  /** Returns the layers of each path of a block in order; a leaf has no paths. */
  @JsonIgnore
  List<List<LayerDefinition>> paths();

  /**
   * Returns this layer if its output is linear in its input, with weights into which a factor and a
   * shift of each output can be folded.
   */
  default Optional<WeightedSum> linear() {
    return Optional.empty();
  }

  /**
   * Returns a copy that also applies an activation function to its output; empty if this kind of
   * layer has no activation function, or this layer has one already.
   */
  default Optional<LayerDefinition> followedBy(Activation function) {
    return Optional.empty();
  }

  /**
   * Returns the elementwise function that is all this layer computes in scoring, such as the
   * identity for dropout; empty if it computes anything else.
   */
  default Optional<Activation> elementwise() {
    return Optional.empty();
  }

  /** Applies {@code leaf} to a leaf, or {@code block} to a block. */
  <R> R match(Function<Leaf, R> leaf, Function<Block, R> block);

  /** Calls the visitor's method for this kind. */
  <R, C> R accept(LayerVisitor<R, C> visitor, C context);
}
