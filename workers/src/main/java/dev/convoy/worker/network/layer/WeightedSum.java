package dev.convoy.worker.network.layer;

import java.util.Optional;

/**
 * A layer that computes weighted sums of its input and applies an activation function to them: a
 * convolution or a dense layer.
 */
public sealed interface WeightedSum extends Leaf permits Convolution, Dense {
  /** Whether each output map, or unit, has a bias. */
  boolean bias();

  Activation activation();

  /** Returns a copy with a bias. */
  WeightedSum withBias();

  /** Returns a copy with another activation function; initialisation and training stay. */
  WeightedSum withActivation(Activation function);

  @Override
  default Optional<WeightedSum> linear() {
    return activation() == Activation.IDENTITY ? Optional.of(this) : Optional.empty();
  }

  @Override
  default Optional<LayerDefinition> followedBy(Activation function) {
    return linear().map(sum -> sum.withActivation(function));
  }
}
