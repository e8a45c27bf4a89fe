package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;

/**
 * The extents of a kernel, pool, stride or dilation along rows and columns, in pixels.
 *
 * @param rows from 1 to {@value #MAXIMUM}
 * @param columns from 1 to {@value #MAXIMUM}
 */
public record Size(int rows, int columns) implements Serializable {
  /**
   * The largest extent, which keeps every product of a network's arithmetic within a {@code long}.
   */
  public static final int MAXIMUM = 1024;

  /** One pixel: no stride, no dilation. */
  public static final Size ONE = new Size(1, 1);

  public Size {
    Checks.between(1, MAXIMUM, rows, "rows");
    Checks.between(1, MAXIMUM, columns, "columns");
  }

  /** Rows times columns. */
  public int area() {
    return rows * columns;
  }

  /** Returns the value in the definition language: {@code [rows, columns]}. */
  @JsonValue
  public List<Integer> extents() {
    return List.of(rows, columns);
  }

  /** Returns {@code 5×5}, rows first. */
  @Override
  public String toString() {
    return rows + "×" + columns;
  }

  /** Returns one number for a square, {@code 5×3} otherwise. */
  public String brief() {
    return rows == columns ? String.valueOf(rows) : toString();
  }
}
