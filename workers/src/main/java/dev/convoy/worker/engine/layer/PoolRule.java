package dev.convoy.worker.engine.layer;

import java.io.Serializable;

/**
 * What a pool keeps of the values under its window that lie in the image.
 *
 * @param exponent {@code p} of a norm, at least 1; 0 of the others
 */
public record PoolRule(Kind kind, int exponent) implements Serializable {
  /** How one value comes of many. */
  public enum Kind {
    LARGEST,
    MEAN,
    /** {@code (Σ |x|^p)^(1/p)}. */
    NORM
  }

  public PoolRule {
    if (exponent < (kind == Kind.NORM ? 1 : 0)) {
      throw new IllegalArgumentException(
          "Invalid exponent: " + exponent + " (a norm's must be at least 1)");
    }
  }

  /** The largest value. */
  public static PoolRule largest() {
    return new PoolRule(Kind.LARGEST, 0);
  }

  /** The mean. */
  public static PoolRule mean() {
    return new PoolRule(Kind.MEAN, 0);
  }

  /** {@code (Σ |x|^p)^(1/p)}. */
  public static PoolRule norm(int exponent) {
    return new PoolRule(Kind.NORM, exponent);
  }
}
