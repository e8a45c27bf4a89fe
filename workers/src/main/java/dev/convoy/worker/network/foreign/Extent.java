package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.util.List;

/** Rows and columns of a window, a step or a dilation. */
record Extent(int rows, int columns) {
  static final Extent ONE = new Extent(1, 1);

  /** {@code [rows, columns]}, as foreign files write it. */
  JsonNode asPair() {
    return Json.tree(List.of(rows, columns));
  }

  /** One number for a square, {@code [rows, columns]} otherwise. */
  JsonNode written() {
    return Json.tree(rows == columns ? rows : List.of(rows, columns));
  }
}
