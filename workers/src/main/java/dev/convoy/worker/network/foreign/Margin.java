package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;

/**
 * Zero padding around feature maps.
 *
 * @param same whether it is the padding that keeps the extent; the four sides are then 0
 */
record Margin(boolean same, int top, int bottom, int left, int right) {
  static final Margin SAME = new Margin(true, 0, 0, 0, 0);
  static final Margin NONE = new Margin(false, 0, 0, 0, 0);

  static Margin of(int top, int bottom, int left, int right) {
    return new Margin(false, top, bottom, left, right);
  }

  static Margin of(Extent both) {
    return of(both.rows(), both.rows(), both.columns(), both.columns());
  }

  /** Returns the sum of both margins. */
  Margin plus(Margin other) {
    return of(top + other.top, bottom + other.bottom, left + other.left, right + other.right);
  }

  boolean symmetric() {
    return top == bottom && left == right;
  }

  /** Returns the value in the definition language. */
  JsonNode written() {
    if (same) {
      return Json.tree("same");
    }
    if (equals(NONE)) {
      return Json.tree("valid");
    }
    if (symmetric()) {
      return new Extent(top, left).written();
    }
    return Json.object()
        .put("top", top)
        .put("bottom", bottom)
        .put("left", left)
        .put("right", right);
  }
}
