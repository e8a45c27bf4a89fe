package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The distribution of initial weights, of mean 0.
 *
 * <p>He: variance {@code 2 / fan-in} (He et al., Delving deep into rectifiers, 2015). Glorot:
 * {@code 2 / (fan-in + fan-out)} (Glorot and Bengio, Understanding the difficulty of training deep
 * feedforward neural networks, 2010). LeCun: {@code 1 / fan-in} (LeCun et al., Efficient backprop,
 * 1998). A uniform distribution has the bounds that give the same variance.
 *
 * <p>Fan-in is the number of values that one output sums: the inputs of a dense layer, {@code input
 * maps · kernel area} of a convolution, {@code kernel area} of a depthwise one. Fan-out is the
 * number of outputs that one input goes into on average: the units of a dense layer, {@code maps ·
 * kernel area / stride area} of a convolution, {@code multiplier · kernel area / stride area} of a
 * depthwise one (other libraries leave the stride out; at stride 1 the result is equal). The two
 * parts of a separable convolution have separate fans.
 */
public enum Initialisation {
  HE_NORMAL,
  HE_UNIFORM,
  GLOROT_NORMAL,
  GLOROT_UNIFORM,
  LECUN_NORMAL,
  /** All weights 0: for the last layer of a branch that initially contributes nothing. */
  ZERO;

  /** Returns the default for a layer with that activation. */
  public static Initialisation usualFor(Activation activation) {
    return activation.isRectifier() ? HE_NORMAL : GLOROT_NORMAL;
  }

  /** Returns the word in the definition language: {@code he-normal}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
