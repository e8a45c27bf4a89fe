package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Optional;

/**
 * The initialisation and training settings of one layer's weights.
 *
 * @param initialisation the distribution of initial weights; biases start at 0
 * @param l2 the coefficient of {@code ½·|w|²} in the loss, at least 0, or {@link #L2_OF_RUN}
 * @param learningRateFactor factor of the learning rate, at least 0
 */
public record Training(
    Initialisation initialisation, @JsonIgnore double l2, double learningRateFactor)
    implements Serializable {
  /** The largest learning rate factor and l2 coefficient. */
  public static final double MOST = 1e6;

  /** A value of {@code l2} that stands for the coefficient of the run. */
  public static final double L2_OF_RUN = -1;

  public Training {
    Checks.that(
        l2 == L2_OF_RUN || (l2 >= 0 && l2 <= MOST),
        "l2",
        l2 + " (must be between 0 and " + MOST + ")");
    Checks.between(0, MOST, learningRateFactor, "learningRateFactor");
  }

  /** Returns the default for a layer with that activation, at the run's learning rate and l2. */
  public static Training usual(Activation activation) {
    return new Training(Initialisation.usualFor(activation), L2_OF_RUN, 1);
  }

  /** Returns the layer's own l2 coefficient; empty for that of the run. */
  @JsonIgnore
  public Optional<Double> ownL2() {
    return l2 == L2_OF_RUN ? Optional.empty() : Optional.of(l2);
  }

  @JsonProperty("l2")
  Double writtenL2() {
    return ownL2().orElse(null);
  }

  /** Describes the settings that differ from the default, a blank before each; empty if none. */
  String details(Activation activation) {
    String text = "";
    if (initialisation != Initialisation.usualFor(activation)) {
      text += " " + initialisation.key();
    }
    if (ownL2().isPresent()) {
      text += " l2 " + l2;
    }
    return learningRateFactor == 1 ? text : text + " rate × " + learningRateFactor;
  }
}
