package dev.convoy.worker.network.layer;

/**
 * Flattens feature maps into one vector, channel-major. Dense layers flatten their input anyway.
 */
public record Flatten(String name) implements Leaf {
  public Flatten {
    LayerName.check(name);
  }

  @Override
  public String kind() {
    return "flatten";
  }

  @Override
  public Domain domain() {
    return Domain.FLATTENS;
  }

  @Override
  public String details() {
    return "";
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return LayerShape.ofUnits(input.size());
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitFlatten(this, context);
  }
}
