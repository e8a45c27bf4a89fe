package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Explanation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One self-contained page: it names no other file and no address, its pictures are within it.
 *
 * @param html of the page
 * @param pictures the same pictures as PNG files, by name
 */
public record Page(String html, Map<String, byte[]> pictures) {
  public Page {
    pictures = Map.copyOf(pictures);
  }

  /**
   * Writes the page of an explanation.
   *
   * @param made how it was made, for its last line
   */
  public static Page of(Explanation explanation, String made) {
    Html html = new Html();
    Album album = new Album();
    Figures figures = new Figures(html, album);
    String title =
        "Why " + explanation.network().name() + " says “" + explanation.predictedLabel() + "”";
    html.in(
        "html",
        () -> {
          html.in(
              "head",
              () -> {
                html.empty("meta", "charset", "utf-8");
                html.empty(
                    "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
                html.element("title", title).line();
                html.style(stylesheet());
              });
          html.in("body", () -> body(explanation, figures, made));
        },
        "lang",
        "en");
    return new Page("<!DOCTYPE html>\n" + html + "\n", album.files());
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
