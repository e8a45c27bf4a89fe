package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.Optional;

/**
 * Dropout. In training, each value is dropped with probability {@code rate} and the others are
 * scaled by {@code 1 / (1 − rate)}; in scoring, values pass unchanged.
 *
 * @param rate the fraction dropped, at least 0 and less than 1 (DL4J takes the share retained)
 */
public record Dropout(String name, double rate) implements Leaf {
  public Dropout {
    LayerName.check(name);
    Checks.that(rate >= 0 && rate < 1, "rate", rate + " (must be at least 0 and less than 1)");
    rate = rate + 0.0; // -0.0 is 0.0
  }

  @Override
  public String kind() {
    return "dropout";
  }

  @Override
  public Domain domain() {
    return Domain.KEEPS;
  }

  @Override
  public String details() {
    return "rate " + rate;
  }

  @Override
  public Optional<Activation> elementwise() {
    return Optional.of(Activation.IDENTITY);
  }

  @Override
  public LayerShape output(LayerShape input, int labels) {
    return input;
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitDropout(this, context);
  }
}
