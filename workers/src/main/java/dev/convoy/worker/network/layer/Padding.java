package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The padding around feature maps: zeros for a convolution, values that are not counted for a pool.
 *
 * <p>With extent {@code n}, kernel extent {@code k} (dilation included), stride {@code s} and total
 * padding {@code p} of both sides, the output extent is
 *
 * <ul>
 *   <li>{@code VALID}: {@code floor((n − k) / s) + 1}, no padding;
 *   <li>{@code EXPLICIT}: {@code floor((n + p − k) / s) + 1};
 *   <li>{@code SAME}: {@code ceil(n / s)}, with {@code p = max(0, (ceil(n / s) − 1)·s + k − n)}, of
 *       which {@code floor(p / 2)} lies above or on the left.
 * </ul>
 *
 * <p>An explicit padding of 0 on all sides is normalised to {@code VALID}.
 *
 * @param top pixels above; like the other three from 0 to {@value Size#MAXIMUM}, and 0 unless
 *     explicit
 * @param bottom pixels below
 * @param left pixels on the left
 * @param right pixels on the right
 */
public record Padding(Mode mode, int top, int bottom, int left, int right) implements Serializable {
  /** The rule that determines the padding. */
  public enum Mode {
    VALID,
    SAME,
    EXPLICIT
  }

  public Padding {
    Checks.between(0, Size.MAXIMUM, top, "top");
    Checks.between(0, Size.MAXIMUM, bottom, "bottom");
    Checks.between(0, Size.MAXIMUM, left, "left");
    Checks.between(0, Size.MAXIMUM, right, "right");
    boolean none = top + bottom + left + right == 0;
    Checks.that(none || mode == Mode.EXPLICIT, "padding", mode + " has no rows or columns");
    mode = none && mode == Mode.EXPLICIT ? Mode.VALID : mode;
  }

  /** Returns no padding. */
  public static Padding valid() {
    return new Padding(Mode.VALID, 0, 0, 0, 0);
  }

  /** Returns the padding that keeps the size at stride 1. */
  public static Padding same() {
    return new Padding(Mode.SAME, 0, 0, 0, 0);
  }

  /** Returns an explicit padding that is equal on opposite sides. */
  public static Padding of(int rows, int columns) {
    return new Padding(Mode.EXPLICIT, rows, rows, columns, columns);
  }

  /** Returns an explicit padding for each side. */
  public static Padding of(int top, int bottom, int left, int right) {
    return new Padding(Mode.EXPLICIT, top, bottom, left, right);
  }

  /** Whether opposite sides are equal. */
  @JsonIgnore
  public boolean isSymmetric() {
    return top == bottom && left == right;
  }

  /** Returns the value in the definition language. */
  @JsonValue
  public Object written() {
    if (mode != Mode.EXPLICIT) {
      return mode.name().toLowerCase(Locale.ROOT);
    }
    if (isSymmetric()) {
      return List.of(top, left);
    }
    Map<String, Integer> sides = new LinkedHashMap<>();
    sides.put("top", top);
    sides.put("bottom", bottom);
    sides.put("left", left);
    sides.put("right", right);
    return sides;
  }

  /** Returns {@code same}, {@code valid}, {@code padding 2×1}, {@code 0+1×0+1}. */
  @Override
  public String toString() {
    if (mode != Mode.EXPLICIT) {
      return (String) written();
    }
    return isSymmetric()
        ? "padding " + top + "×" + left
        : "padding " + top + "+" + bottom + "×" + left + "+" + right;
  }
}
