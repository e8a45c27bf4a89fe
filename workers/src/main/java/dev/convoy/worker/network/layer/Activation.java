package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An activation function, applied to every value. */
public enum Activation {
  /** {@code x}. */
  IDENTITY,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code min(max(x, 0), 6)}. */
  RELU6,
  /** {@code x} above 0, {@code 0.01·x} below. */
  LEAKY_RELU,
  /** {@code x} above 0, {@code eˣ − 1} below. */
  ELU,
  /** {@code 1 / (1 + e⁻ˣ)}. */
  SIGMOID,
  /** {@code (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)}. */
  TANH,
  /** {@code ln(1 + eˣ)}. */
  SOFTPLUS,
  /** {@code x / (1 + e⁻ˣ)}, also called SiLU. */
  SWISH;

  boolean isRectifier() {
    return switch (this) {
      case RELU, RELU6, LEAKY_RELU, ELU, SWISH -> true;
      case IDENTITY, SIGMOID, TANH, SOFTPLUS -> false;
    };
  }

  /** Returns the word in the definition language: {@code leaky-relu}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
