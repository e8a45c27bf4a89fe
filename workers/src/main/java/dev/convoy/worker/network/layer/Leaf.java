package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/** A layer with one input, and its arithmetic. Counts are those of one image. */
public sealed interface Leaf extends LayerDefinition
    permits Convolution, Pool, GlobalPool, Norm, ActivationLayer, Dropout, Flatten, Dense, Output {

  /** What a layer takes and puts out. */
  enum Domain {
    /** Feature maps to feature maps. */
    MAPS,
    /** Feature maps of any size to a flat vector of fixed size. */
    CONDENSES,
    /** Anything of fixed size to a flat vector. */
    FLATTENS,
    /** Anything to its like. */
    KEEPS,
    /** Anything of fixed size to one value a label; the last layer. */
    ENDS
  }

  @JsonIgnore
  Domain domain();

  /** Calls the method of the visitor that is for this kind. */
  <R, C> R accept(LeafVisitor<R, C> visitor, C context);

  @Override
  default <R, C> R accept(LayerVisitor<R, C> visitor, C context) {
    return accept((LeafVisitor<R, C>) visitor, context);
  }

  /** Why this layer cannot take {@code input}, and what to do; empty if it can. */
  default Optional<String> refusal(LayerShape input) {
    return Optional.empty();
  }

  /** The output of one image, for an input that is not refused. */
  LayerShape output(LayerShape input, int labels);

  /** Stored values: what is trained (weights, biases, scales), and the statistics of batch norm. */
  default long parameters(LayerShape input, int labels) {
    return 0;
  }

  /** What it stores; the order says nothing. */
  default List<TensorLayout> stored() {
    return List.of();
  }

  /** The tensors of {@link #stored()}, with their shapes. */
  default List<StoredTensor> tensors(LayerShape input, int labels) {
    return List.of();
  }

  /** Stored values that are measured instead of trained. */
  default long statistics(LayerShape input) {
    return 0;
  }

  /** Multiplications with addition in the forward pass; biases are not counted. */
  default long multiplyAdds(LayerShape input, int labels) {
    return 0;
  }

  /** The window that slides over the input, if this layer has one. */
  default Optional<Window> window() {
    return Optional.empty();
  }

  /** How its weights start and are trained, if it has weights. */
  default Optional<Training> trainedBy() {
    return Optional.empty();
  }
}
