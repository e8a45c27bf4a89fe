package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A layer with one input, and its arithmetic. Counts are per image. */
public sealed interface Leaf extends LayerDefinition
    permits WeightedSum, Pool, GlobalPool, Norm, ActivationLayer, Dropout, Flatten, Output {

  /** The kinds of input and output that a layer has. */
  enum Domain {
    /** Feature maps to feature maps. */
    MAPS,
    /** Feature maps of any size to a flat vector of fixed size. */
    CONDENSES,
    /** Any input of fixed size to a flat vector. */
    FLATTENS,
    /** Any input to an output of the same shape. */
    KEEPS,
    /** Any input of fixed size to one value per label; the last layer. */
    ENDS
  }

  @JsonIgnore
  Domain domain();

  @Override
  default List<List<LayerDefinition>> paths() {
    return List.of();
  }

  @Override
  default <R> R match(Function<Leaf, R> leaf, Function<Block, R> block) {
    return leaf.apply(this);
  }

  /** Calls the visitor's method for this kind. */
  <R, C> R accept(LeafVisitor<R, C> visitor, C context);

  @Override
  default <R, C> R accept(LayerVisitor<R, C> visitor, C context) {
    return accept((LeafVisitor<R, C>) visitor, context);
  }

  /** Returns why this layer cannot take {@code input}, and the remedy; empty if it can. */
  default Optional<String> refusal(LayerShape input) {
    return Optional.empty();
  }

  /** Returns the output shape of one image, for an input that is not refused. */
  LayerShape output(LayerShape input, int labels);

  /** Number of stored values: weights, biases, scales and the statistics of batch normalisation. */
  default long parameters(LayerShape input, int labels) {
    return 0;
  }

  /** Layouts of its stored tensors, in no particular order. */
  default List<TensorLayout> stored() {
    return List.of();
  }

  /** The tensors of {@link #stored()}, with their shapes. */
  default List<StoredTensor> tensors(LayerShape input, int labels) {
    return List.of();
  }

  /** Number of stored values that are measured, not trained. */
  default long statistics(LayerShape input) {
    return 0;
  }

  /** Multiply-adds in the forward pass; biases are not counted. */
  default long multiplyAdds(LayerShape input, int labels) {
    return 0;
  }

  /** The window that slides over the input, if this layer has one. */
  default Optional<Window> window() {
    return Optional.empty();
  }

  /** Returns the type of a pool, of windows or of whole maps; empty for other layers. */
  default Optional<PoolType> pooling() {
    return Optional.empty();
  }

  /** The initialisation and training settings of its weights, if it has weights. */
  default Optional<Training> trainedBy() {
    return Optional.empty();
  }
}
