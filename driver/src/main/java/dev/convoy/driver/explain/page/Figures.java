package dev.convoy.driver.explain.page;

import dev.convoy.driver.html.Html;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** Writes the elements that sections share: headings, figures, legends and numbers. */
final class Figures {
  private final Html html;
  private final Album album;
  private int sections;

  Figures(Html html, Album album) {
    this.html = html;
    this.album = album;
  }

  Html html() {
    return html;
  }

  /** Writes a numbered section with its heading, one or two lead sentences, and its content. */
  void section(String heading, String lead, Runnable content) {
    sections++;
    int number = sections;
    html.element(
            "section",
            () -> {
              html.element(
                  "h2",
                  () -> {
                    html.element("span", String.valueOf(number), "class", "number");
                    html.text(heading);
                  });
              html.line().paragraph(lead, "class", "lead");
              content.run();
            })
        .line();
  }

  /**
   * Writes a picture at half its pixel size, so that it is sharp on high-resolution screens and on
   * paper.
   */
  void picture(String name, BufferedImage picture, String alt) {
    html.empty(
            "img",
            "src",
            album.add(name, picture),
            "alt",
            alt,
            "width",
            String.valueOf(picture.getWidth() / 2),
            "height",
            String.valueOf(picture.getHeight() / 2))
        .line();
  }

  /** Adds a picture to the files only; the page shows the same data as a table. */
  void addFile(String name, BufferedImage picture) {
    album.add(name, picture);
  }

  /** Writes a picture with a caption. */
  void figure(String name, BufferedImage picture, String alt, Runnable caption) {
    figure("", () -> picture(name, picture, alt), caption, picture.getWidth() / 2);
  }

  /**
   * Writes content with a caption.
   *
   * @param width in pixels; 0 for the width of the content
   */
  void figure(String cssClass, Runnable content, Runnable caption, int width) {
    html.element(
            "figure",
            () -> {
              content.run();
              html.element("figcaption", caption);
            },
            "class",
            cssClass,
            "style",
            width > 0 ? "width:" + width + "px" : "")
        .line();
  }

  /** Writes a colour bar with the numbers at its ends. */
  void legend(String gradient, String low, String middle, String high, String meaning) {
    html.div(
        "legend",
        () -> {
          html.element("span", meaning, "class", "meaning");
          html.element(
              "span",
              () -> {
                html.element("span", () -> {}, "class", "bar", "style", "background:" + gradient);
                html.element(
                    "span",
                    () -> {
                      html.element("span", low);
                      html.element("span", middle);
                      html.element("span", high);
                    },
                    "class",
                    "ends");
              },
              "class",
              "scale");
        });
  }

  /** Writes the legend of numbers that are drawn in blue and red. */
  void legend(Scale scale, String meaning) {
    legend(
        scale.signed() ? Colours.signedGradient() : Colours.positiveGradient(),
        scale.low(),
        scale.signed() ? "0" : "",
        scale.high(),
        meaning);
  }

  /** Formats a number for a formula or a table, with two decimals and a true minus sign. */
  static String decimal(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return (text.equals("-0.00") ? "0.00" : text).replace('-', '−');
  }

  /** Formats an SVG coordinate. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
