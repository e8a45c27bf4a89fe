package dev.convoy.worker.engine.layer;

import java.io.Serializable;

/**
 * What a pool keeps of the values under its window that lie in the image.
 *
 * @param exponent {@code p} of an Lp pool, at least 1; 0 of the others
 */
public record PoolRule(Kind kind, int exponent) implements Serializable {
  /** How one value comes of many. */
  public enum Kind {
    MAX,
    AVERAGE,
    /** {@code (Σ |x|^p)^(1/p)}. */
    LP
  }

  public PoolRule {
    if (exponent < (kind == Kind.LP ? 1 : 0)) {
      throw new IllegalArgumentException(
          "Invalid exponent: " + exponent + " (that of an Lp pool must be at least 1)");
    }
  }

  /** The largest value. */
  public static PoolRule max() {
    return new PoolRule(Kind.MAX, 0);
  }

  /** The mean. */
  public static PoolRule average() {
    return new PoolRule(Kind.AVERAGE, 0);
  }

  /** {@code (Σ |x|^p)^(1/p)}. */
  public static PoolRule lp(int exponent) {
    return new PoolRule(Kind.LP, exponent);
  }
}
