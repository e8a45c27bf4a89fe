package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What surrounds feature maps before a window slides over them.
 *
 * <p>With extent {@code n}, kernel {@code k} and stride {@code s} the output extent is
 *
 * <ul>
 *   <li>{@code VALID}: {@code floor((n − k) / s) + 1}, no padding;
 *   <li>{@code EXPLICIT}: {@code floor((n + 2p − k) / s) + 1}, {@code p} pixels on both sides;
 *   <li>{@code SAME}: {@code ceil(n / s)}, as many pixels as that takes.
 * </ul>
 *
 * <p>An explicit padding of nothing is {@code VALID}, so that equal meanings are equal values.
 *
 * @param rows pixels above and below, from 0 to {@value Size#MAXIMUM}; 0 unless explicit
 * @param columns pixels left and right, from 0 to {@value Size#MAXIMUM}; 0 unless explicit
 */
public record Padding(Mode mode, int rows, int columns) implements Serializable {
  /** How the padding is decided. */
  public enum Mode {
    VALID,
    SAME,
    EXPLICIT
  }

  public Padding {
    Checks.between(0, Size.MAXIMUM, rows, "rows");
    Checks.between(0, Size.MAXIMUM, columns, "columns");
    boolean none = rows == 0 && columns == 0;
    Checks.that(none || mode == Mode.EXPLICIT, "padding", mode + " has no rows or columns");
    mode = none && mode == Mode.EXPLICIT ? Mode.VALID : mode;
  }

  public static Padding valid() {
    return new Padding(Mode.VALID, 0, 0);
  }

  public static Padding same() {
    return new Padding(Mode.SAME, 0, 0);
  }

  public static Padding of(int rows, int columns) {
    return new Padding(Mode.EXPLICIT, rows, columns);
  }

  /** As the definition language writes it: {@code same}, {@code valid} or {@code [2, 1]}. */
  @JsonValue
  Object written() {
    return mode == Mode.EXPLICIT ? List.of(rows, columns) : mode.name().toLowerCase(Locale.ROOT);
  }

  /** As people write it: {@code same}, {@code valid} or {@code padding 2×1}. */
  @Override
  public String toString() {
    return mode == Mode.EXPLICIT ? "padding " + rows + "×" + columns : (String) written();
  }
}
