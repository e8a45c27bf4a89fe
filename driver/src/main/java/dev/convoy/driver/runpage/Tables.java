package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import java.util.List;

/** Tables of a page, which scroll by themselves where the page is narrow. */
final class Tables {
  private Tables() {}

  /**
   * Writes a table.
   *
   * @param names names of the columns
   * @param rows writes the rows after them
   */
  static void write(Html html, List<String> names, Runnable rows) {
    write(html, () -> names.forEach(name -> html.element("th", name)), rows);
  }

  /**
   * Writes a table.
   *
   * @param header writes the cells of the first row
   * @param rows writes the rows after it
   */
  static void write(Html html, Runnable header, Runnable rows) {
    html.div(
        "wide",
        () ->
            html.element(
                "table",
                () -> {
                  html.element("tr", header);
                  rows.run();
                }));
  }

  /** Writes a cell with a number. */
  static void number(Html html, String text) {
    html.element("td", text, "class", "number");
  }
}
