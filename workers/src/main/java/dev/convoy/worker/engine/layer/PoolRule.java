package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.network.layer.PoolType;
import java.io.Serializable;

/**
 * The reduction that a pool applies to the values of a window that are in the image.
 *
 * @param exponent {@code p} of an Lp pool, at least 1; 0 for the other kinds
 */
public record PoolRule(Kind kind, int exponent) implements Serializable {
  /** The kind of reduction. */
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

  /** Returns the rule of a pool of a network definition. */
  public static PoolRule of(PoolType type, int exponent) {
    return switch (type) {
      case MAX -> max();
      case AVERAGE -> average();
      case L2 -> lp(exponent);
    };
  }

  /**
   * Returns the type of the values with which such a pool computes: float32 for an Lp pool, else
   * that of the network.
   */
  ValueType valuesFor(ValueType ofNetwork) {
    return kind == Kind.LP ? ValueType.FLOAT32 : ofNetwork;
  }

  /** Max pooling. */
  public static PoolRule max() {
    return new PoolRule(Kind.MAX, 0);
  }

  /** Average pooling. */
  public static PoolRule average() {
    return new PoolRule(Kind.AVERAGE, 0);
  }

  /** Lp pooling, {@code (Σ |x|^p)^(1/p)}. */
  public static PoolRule lp(int exponent) {
    return new PoolRule(Kind.LP, exponent);
  }
}
