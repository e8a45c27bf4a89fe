package dev.convoy.driver.score;

import dev.convoy.data.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of scoring that are written, and their names.
 *
 * @param columns Convoy's names of the columns that are written; empty for all
 * @param names other names of columns, by Convoy's names
 */
public record ResultSelection(List<String> columns, Map<String, String> names) {
  /** All columns under Convoy's names. */
  public static final ResultSelection ALL = new ResultSelection(List.of(), Map.of());

  public ResultSelection {
    columns = List.copyOf(columns);
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  /** Returns whether a column of this name of Convoy is written. */
  boolean has(String column) {
    return columns.isEmpty() || columns.contains(column);
  }

  /** Returns the name under which a column is written. */
  String nameOf(String column) {
    return names.getOrDefault(column, column);
  }

  /**
   * Checks that all columns are there.
   *
   * @param all Convoy's names of the columns of a job
   * @param problems receives the columns that are not
   */
  void check(List<String> all, Problems problems) {
    for (String column : columns) {
      if (!all.contains(column)) {
        problems.add("--columns " + column, "must be one of " + String.join(", ", all));
      }
    }
    for (String column : names.keySet()) {
      if (!all.contains(column)) {
        problems.add(
            "--rename " + column + "=" + names.get(column),
            "renames one of " + String.join(", ", all));
      } else if (!has(column)) {
        problems.add(
            "--rename " + column + "=" + names.get(column),
            "is not written (add " + column + " to --columns, or leave this out)");
      }
    }
  }
}
