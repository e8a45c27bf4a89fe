package dev.convoy.driver.dataset;

import dev.convoy.data.ImageShape;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.Png;

/**
 * Writes what several sections of a page have in common.
 *
 * @param shape shape of every image
 */
record PageParts(Html html, ImageShape shape) {
  /** Shorter side of a picture on the page, in pixels. */
  private static final int SIDE = 50;

  /** Writes a section with its heading and, if there is one, a lead sentence. */
  void section(String title, String lead, Runnable content) {
    HtmlPage.section(html, title, lead, content);
  }

  /** Writes a row of a table with a name and a value. */
  void fact(String name, String value) {
    html.element("tr", () -> html.element("th", name).element("td", value)).line();
  }

  /** Writes an image, if there is one. */
  void picture(byte[] pixels, String alt) {
    if (pixels == null) {
      return;
    }
    int shorter = Math.min(shape.height(), shape.width());
    double factor = (double) SIDE / shorter;
    html.empty(
        "img",
        "src",
        Png.address(Png.file(Png.picture(pixels, shape))),
        "alt",
        alt,
        "width",
        String.valueOf(Math.round(shape.width() * factor)),
        "height",
        String.valueOf(Math.round(shape.height() * factor)));
  }
}
