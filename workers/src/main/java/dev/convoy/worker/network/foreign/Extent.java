package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.util.List;

/** Rows and columns of a window, stride or dilation. */
record Extent(int rows, int columns) {
  static final Extent ONE = new Extent(1, 1);

  /** Returns {@code [rows, columns]}, the form of foreign files. */
  JsonNode asPair() {
    return Json.tree(List.of(rows, columns));
  }

  /** Returns one number for a square, {@code [rows, columns]} otherwise. */
  JsonNode written() {
    return Json.tree(rows == columns ? rows : List.of(rows, columns));
  }
}
