package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Optional;

/**
 * How the weights of one layer start and are trained.
 *
 * @param initialisation the distribution that weights are drawn from; biases start at 0
 * @param l2 the coefficient of {@code ½·|w|²} in the loss, at least 0, or {@link #L2_OF_RUN}
 * @param learningRateFactor what the learning rate of every step is multiplied by, at least 0
 */
public record Training(
    Initialisation initialisation, @JsonIgnore double l2, double learningRateFactor)
    implements Serializable {
  /** The largest factor and coefficient. */
  public static final double MOST = 1e6;

  /** In the place of a coefficient: the one that the run gives to all layers. */
  public static final double L2_OF_RUN = -1;

  public Training {
    Checks.that(
        l2 == L2_OF_RUN || (l2 >= 0 && l2 <= MOST),
        "l2",
        l2 + " (must be between 0 and " + MOST + ")");
    Checks.between(0, MOST, learningRateFactor, "learningRateFactor");
  }

  /** The usual start before such an activation, at the learning rate and l2 of the run. */
  public static Training usual(Activation activation) {
    return new Training(Initialisation.before(activation), L2_OF_RUN, 1);
  }

  /** The layer's own coefficient; empty for that of the run. */
  @JsonIgnore
  public Optional<Double> ownL2() {
    return l2 == L2_OF_RUN ? Optional.empty() : Optional.of(l2);
  }

  @JsonProperty("l2")
  Double writtenL2() {
    return ownL2().orElse(null);
  }

  /** What differs from the usual, with a blank before each part; empty if nothing does. */
  String details(Activation activation) {
    String text = "";
    if (initialisation != Initialisation.before(activation)) {
      text += " " + initialisation.key();
    }
    if (ownL2().isPresent()) {
      text += " l2 " + l2;
    }
    return learningRateFactor == 1 ? text : text + " rate × " + learningRateFactor;
  }
}
