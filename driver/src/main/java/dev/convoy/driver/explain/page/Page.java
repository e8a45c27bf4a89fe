package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.html.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One self-contained HTML page, which refers to no other file or address and embeds its pictures.
 *
 * @param html text of the page
 * @param pictures the same pictures as PNG files, by name
 */
public record Page(String html, Map<String, byte[]> pictures) {
  /** The beginning of every page of an explanation, by which it is recognised. */
  private static final String MARK =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta name=\"generator\" content=\"convoy explain\"/>";

  /** Number of bytes at the beginning of a file that {@link #isPage} needs. */
  public static final int HEAD_BYTES = 200;

  public Page {
    pictures = Map.copyOf(pictures);
  }

  /**
   * Writes the page of an explanation.
   *
   * @param made last line of the page, with its provenance
   */
  public static Page of(Explanation explanation, String made) {
    Html html = new Html();
    Album album = new Album();
    Figures figures = new Figures(html, album);
    String title =
        "Why " + explanation.network().name() + " says “" + explanation.predictedLabel() + "”";
    html.element(
        "html",
        () -> {
          html.element(
              "head",
              () -> {
                html.empty("meta", "name", "generator", "content", "convoy explain");
                html.empty("meta", "charset", "utf-8");
                html.empty(
                    "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
                html.element("title", title).line();
                html.style(stylesheet());
              });
          html.element("body", () -> body(explanation, figures, made));
        },
        "lang",
        "en");
    return new Page("<!DOCTYPE html>\n" + html + "\n", album.files());
  }

  /** Returns whether a file with this beginning is a page of an explanation. */
  public static boolean isPage(byte[] head) {
    return new String(head, StandardCharsets.UTF_8).startsWith(MARK);
  }

  private static void body(Explanation explanation, Figures figures, String made) {
    new HeaderSection(explanation, figures).write();
    new StepSection(explanation, figures).write();
    new FilterSection(explanation, figures).write();
    new LayerSection(explanation, figures).write();
    new FieldSection(explanation, figures).write();
    new OcclusionSection(explanation, figures).write();
    new ShiftSection(explanation, figures).write();
    figures.html().element("footer", made).line();
  }

  private static String stylesheet() {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
