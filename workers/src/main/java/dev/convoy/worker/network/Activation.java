package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The function applied to every value that a layer puts out. */
public enum Activation {
  IDENTITY,
  RELU,
  SIGMOID,
  TANH;

  /** The word of the definition language: the name in lower case. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
