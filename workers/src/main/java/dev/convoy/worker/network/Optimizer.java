package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An optimizer: the rule that updates the parameters {@code w} from a gradient {@code g} (the mean
 * over the minibatch) at learning rate {@code η}.
 *
 * <ul>
 *   <li>{@code sgd}: {@code w ← w − η·g}
 *   <li>{@code momentum}: Nesterov's accelerated gradient in the form of Sutskever et al. (On the
 *       importance of initialization and momentum in deep learning, 2013)
 *   <li>{@code adam}: Kingma and Ba (Adam: a method for stochastic optimization, 2015), with bias
 *       correction
 * </ul>
 *
 * <p>Before the step, the gradient over all parameters is scaled down to the L2 norm {@code
 * clipNorm} if it is longer (Pascanu et al., On the difficulty of training recurrent neural
 * networks, 2013), and then {@code l2·w} is added to it for weights; biases are not decayed.
 *
 * @param kind the rule
 * @param momentum coefficient of {@code momentum}, 0 to 1
 * @param beta1 decay of Adam's first moment, 0 to 1
 * @param beta2 decay of Adam's second moment, 0 to 1
 * @param epsilon Adam's ε, above 0
 * @param l2 coefficient of {@code ½·|w|²} in the loss, at least 0
 * @param clipNorm largest L2 norm of the gradient, or 0 for no clipping
 */
public record Optimizer(
    Kind kind,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    double l2,
    double clipNorm)
    implements Serializable {

  /** The kind of optimizer. */
  public enum Kind {
    SGD,
    MOMENTUM,
    ADAM;

    /** The name in configuration: {@code adam}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the kind of that name.
     *
     * @throws IllegalArgumentException if there is none; the message names all kinds
     */
    public static Kind of(String key) {
      return Arrays.stream(values())
          .filter(kind -> kind.key().equals(key))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "must be one of "
                          + Arrays.stream(values())
                              .map(Kind::key)
                              .collect(Collectors.joining(", "))));
    }
  }

  public Optimizer {
    Checks.between(0, 1, momentum, "momentum");
    Checks.between(0, 1, beta1, "beta1");
    Checks.between(0, 1, beta2, "beta2");
    Checks.between(Double.MIN_NORMAL, 1, epsilon, "epsilon");
    Checks.between(0, Double.MAX_VALUE, l2, "l2");
    Checks.between(0, Double.MAX_VALUE, clipNorm, "clipNorm");
  }

  /** Returns plain gradient descent: no momentum, no decay, no clipping. */
  public static Optimizer sgd() {
    return new Optimizer(Kind.SGD, 0, 0.9, 0.999, 1e-8, 0, 0);
  }

  /** Returns Nesterov momentum: no decay, no clipping. */
  public static Optimizer momentum(double momentum) {
    return new Optimizer(Kind.MOMENTUM, momentum, 0.9, 0.999, 1e-8, 0, 0);
  }

  /** Returns Adam with the constants of its paper: no decay, no clipping. */
  public static Optimizer adam() {
    return new Optimizer(Kind.ADAM, 0, 0.9, 0.999, 1e-8, 0, 0);
  }

  /** Returns a copy with another weight decay. */
  public Optimizer withL2(double coefficient) {
    return new Optimizer(kind, momentum, beta1, beta2, epsilon, coefficient, clipNorm);
  }

  /** Returns a copy with another clipping norm. */
  public Optimizer withClipNorm(double norm) {
    return new Optimizer(kind, momentum, beta1, beta2, epsilon, l2, norm);
  }
}
