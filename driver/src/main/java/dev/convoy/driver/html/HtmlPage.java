package dev.convoy.driver.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A whole page, with its stylesheets in it. */
public final class HtmlPage {
  private static final String FOLLOW =
      """
      setInterval(function () {
        fetch(location.href).then(function (answer) {
          return answer.text();
        }).then(function (text) {
          document.body.innerHTML = new DOMParser().parseFromString(text, 'text/html').body.innerHTML;
        }).catch(function () {
          if (!document.title.startsWith('ended: ')) {
            document.title = 'ended: ' + document.title;
            var note = document.createElement('p');
            note.className = 'finding';
            note.textContent = 'The command has ended; this is how the run was at last.';
            document.body.prepend(note);
          }
        });
      }, 2000);
      """;

  private HtmlPage() {}

  /**
   * Returns a page in the common style.
   *
   * @param styles stylesheet of the page's own, after the common one; empty for none
   * @param body writes the content of the body
   */
  public static String of(String title, String styles, Consumer<Html> body) {
    return of(title, styles, "", body);
  }

  /** Returns a page that replaces its body every few seconds by that of the same address. */
  public static String live(String title, String styles, Consumer<Html> body) {
    return of(title, styles, FOLLOW, body);
  }

  private static String of(String title, String styles, String script, Consumer<Html> body) {
    Html html = new Html();
    html.element(
        "html",
        () -> {
          html.element(
              "head",
              () -> {
                html.empty("meta", "charset", "utf-8");
                html.empty(
                    "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
                html.element("title", title).line();
                html.style(stylesheet(HtmlPage.class, "page.css") + styles);
                if (!script.isEmpty()) {
                  html.script(script);
                }
              });
          html.element("body", () -> body.accept(html));
        },
        "lang",
        "en");
    return "<!DOCTYPE html>\n" + html + "\n";
  }

  /** Reads a stylesheet beside a class. */
  public static String stylesheet(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a section with its heading and, if there is one, a lead sentence. */
  public static void section(Html html, String title, String lead, Runnable content) {
    html.element(
            "section",
            () -> {
              html.element("h2", title).line();
              if (!lead.isEmpty()) {
                html.paragraph(lead, "class", "lead");
              }
              content.run();
            })
        .line();
  }
}
