package dev.convoy.worker.network.layer;

import java.util.Optional;

/** A layer that applies an activation function to every value. */
public record ActivationLayer(String name, Activation function) implements Leaf {
  public ActivationLayer {
    LayerName.check(name);
  }

  @Override
  public String kind() {
    return "activation";
  }

  @Override
  public Domain domain() {
    return Domain.KEEPS;
  }

  @Override
  public String details() {
    return function.key();
  }

  @Override
  public Optional<Activation> elementwise() {
    return Optional.of(function);
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return input;
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitActivation(this, context);
  }
}
