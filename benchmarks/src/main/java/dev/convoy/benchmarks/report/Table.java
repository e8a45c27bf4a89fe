package dev.convoy.benchmarks.report;

import dev.convoy.driver.report.TextTable;
import java.util.ArrayList;
import java.util.List;

/** Rows under a heading, as people read them in a terminal or as Markdown. */
final class Table {
  /** How a table is written. */
  enum Form {
    TEXT,
    MARKDOWN
  }

  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heading) {
    this.heading = List.of(heading);
  }

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  String toText(Form form) {
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
