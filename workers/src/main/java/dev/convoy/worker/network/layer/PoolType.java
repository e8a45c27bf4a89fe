package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The reduction that a pool applies to each window. */
public enum PoolType {
  /** The largest value. */
  MAX,
  /** The mean of the values inside the image: padding is not counted. */
  AVERAGE,
  /**
   * {@code (Σ |x|^p)^(1/p)} with the pool's exponent {@code p}; for 2, the root of the sum of
   * squares.
   */
  L2;

  /** Returns the word in the definition language: the name in lower case. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
