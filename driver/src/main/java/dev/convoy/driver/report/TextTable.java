package dev.convoy.driver.report;

import dev.convoy.data.Visible;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A table of text with aligned columns. Columns of numbers, with or without a percent sign, are
 * right-aligned. Each cell is one line, with control characters escaped.
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final Set<Integer> rightAligned = new HashSet<>();
  private final Set<Integer> notes = new HashSet<>();

  /** Creates a table with a heading. */
  public TextTable(String... heading) {
    rows.add(Arrays.stream(heading).map(Visible::of).toList());
  }

  /** Right-aligns a column with cells of any kind, such as numbers with units. */
  public TextTable alignRight(int column) {
    rightAligned.add(column);
    return this;
  }

  /** Adds a row of as many cells as the heading has. */
  public TextTable row(Object... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(cells.length + " cells under " + rows.get(0));
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(Visible.of(cell));
    }
    rows.add(row);
    return this;
  }

  /** Adds a line between the rows that does not affect the width of columns. */
  public TextTable note(String remark) {
    notes.add(rows.size());
    Object[] cells = new Object[rows.get(0).size()];
    Arrays.fill(cells, "");
    cells[0] = remark;
    return row(cells);
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      numeric[column] = rows.size() > 1;
      for (int number = 0; number < rows.size(); number++) {
        List<String> row = rows.get(number);
        if (notes.contains(number)) {
          continue;
        }
        width[column] = Math.max(width[column], row.get(column).length());
        if (number > 0 && !rightAligned.contains(column)) {
          numeric[column] &= row.get(column).matches("([<>] )?[-+]?[\\d,]*\\.?\\d+( ?%)?|[-–]|");
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (int number = 0; number < rows.size(); number++) {
      List<String> row = rows.get(number);
      if (notes.contains(number)) {
        text.append(row.get(0)).append(System.lineSeparator());
        continue;
      }
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String padding = " ".repeat(width[column] - row.get(column).length());
        line.append(column == 0 ? "" : GAP);
        line.append(numeric[column] ? padding + row.get(column) : row.get(column) + padding);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
