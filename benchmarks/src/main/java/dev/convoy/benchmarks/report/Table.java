package dev.convoy.benchmarks.report;

import dev.convoy.driver.report.TextTable;
import java.util.ArrayList;
import java.util.List;

/** A table for people, as terminal text or Markdown. */
public final class Table {
  /** Formats of a table. */
  public enum Form {
    TEXT,
    MARKDOWN
  }

  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table without rows. */
  public Table(String... heading) {
    this.heading = List.of(heading);
  }

  /** Adds a row. */
  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Formats the whole table. */
  public String toText(Form form) {
    return form == Form.TEXT ? plain() : markdown();
  }

  private String plain() {
    TextTable table = new TextTable(heading.toArray(String[]::new));
    rows.forEach(row -> table.row(row.toArray()));
    return table.toString();
  }

  private String markdown() {
    StringBuilder text = new StringBuilder(line(heading));
    text.append("| --- ").append("| ---: ".repeat(heading.size() - 1)).append("|\n");
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
