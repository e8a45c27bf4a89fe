package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Optional;

/**
 * A fully connected layer: {@code y = activation(x·W + b)}, weights {@code (input size, units)}.
 * Feature maps are flattened first, channel-major.
 *
 * @param units from 1 to {@value LayerDefinition#WIDEST}
 */
public record Dense(
    String name, int units, boolean bias, Activation activation, @JsonUnwrapped Training training)
    implements WeightedSum {
  /** Layout of the weights of dense and output layers. */
  public static final TensorLayout WEIGHTS = TensorLayout.weights("W", Axis.INPUTS, Axis.OUTPUTS);

  public Dense {
    LayerName.check(name);
    Checks.between(1, WIDEST, units, "units");
  }

  @Override
  public Dense withBias() {
    return new Dense(name, units, true, activation, training);
  }

  @Override
  public Dense withActivation(Activation function) {
    return new Dense(name, units, bias, function, training);
  }

  @Override
  public String kind() {
    return "dense";
  }

  @Override
  public Domain domain() {
    return Domain.FLATTENS;
  }

  @Override
  public Optional<Training> trainedBy() {
    return Optional.of(training);
  }

  @Override
  public String details() {
    return units + " units" + Words.tail(bias, activation, training);
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return LayerShape.ofUnits(units);
  }

  @Override
  public long parameters(LayerShape input, int labels) {
    return multiplyAdds(input, labels) + (bias ? units : 0);
  }

  @Override
  public long multiplyAdds(LayerShape input, int labels) {
    return (long) input.size() * units;
  }

  @Override
  public List<TensorLayout> stored() {
    return bias ? List.of(WEIGHTS, TensorLayout.BIAS) : List.of(WEIGHTS);
  }

  @Override
  public List<StoredTensor> tensors(LayerShape input, int labels) {
    StoredTensor weights = WEIGHTS.of(input.size(), units);
    return bias ? List.of(weights, TensorLayout.BIAS.of(1, units)) : List.of(weights);
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitDense(this, context);
  }
}
