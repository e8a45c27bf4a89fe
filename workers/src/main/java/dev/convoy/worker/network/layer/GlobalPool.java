package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Global pooling: reduces each feature map, of any height and width, to one value by its {@link
 * PoolType}. The output is a flat vector.
 *
 * @param exponent exponent of {@code l2}, from 1 to {@value Pool#MOST}; 2 for the other types
 */
public record GlobalPool(String name, PoolType type, @JsonIgnore int exponent) implements Leaf {
  public GlobalPool {
    LayerName.check(name);
    Pool.checkExponent(type, exponent);
  }

  @JsonProperty("exponent")
  Integer writtenExponent() {
    return type == PoolType.L2 ? exponent : null;
  }

  @Override
  public String kind() {
    return "global-pool";
  }

  @Override
  public Domain domain() {
    return Domain.CONDENSES;
  }

  @Override
  public String details() {
    return Words.pooling(type, exponent);
  }

  @Override
  public Optional<PoolType> pooling() {
    return Optional.of(type);
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    return input.flat()
        ? Optional.of(
            "takes feature maps, and its input is flat: put it before the first dense layer")
        : Optional.empty();
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return LayerShape.ofUnits(input.maps());
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitGlobalPool(this, context);
  }
}
