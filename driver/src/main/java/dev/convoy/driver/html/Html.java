package dev.convoy.driver.html;

import dev.convoy.data.Visible;
import java.util.Set;

/**
 * Writes HTML that is also well-formed XML: every element is closed, and all text is escaped.
 * Attributes are given as alternating names and values.
 */
public final class Html {
  private static final Set<String> VOID =
      Set.of("meta", "img", "line", "rect", "circle", "path", "br");

  private final StringBuilder text = new StringBuilder();

  /** Writes an element with content. */
  public Html element(String tag, Runnable content, String... attributes) {
    start(tag, attributes);
    text.append('>');
    content.run();
    text.append("</").append(tag).append('>');
    return this;
  }

  /** Writes a {@code div} of a class. */
  public Html div(String cssClass, Runnable content) {
    return element("div", content, "class", cssClass).line();
  }

  /** Writes an element that contains only text. */
  public Html element(String tag, String content, String... attributes) {
    return element(tag, () -> text(content), attributes);
  }

  /** Writes an element without content. */
  public Html empty(String tag, String... attributes) {
    if (!VOID.contains(tag)) {
      throw new IllegalArgumentException("<" + tag + "> needs an end tag");
    }
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  /** Writes text. */
  public Html text(String content) {
    text.append(escape(content));
    return this;
  }

  /** Writes a variable of a formula. */
  public Html variable(String name) {
    return element("i", name);
  }

  /** Writes a paragraph. */
  public Html paragraph(String content, String... attributes) {
    return element("p", content, attributes).line();
  }

  /** Writes the page's own stylesheet, which is not escaped and must not contain an end tag. */
  public Html style(String css) {
    if (css.contains("<") || css.contains("&")) {
      throw new IllegalArgumentException("a stylesheet with < or &");
    }
    text.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  /** Writes a script of the page's own, which is not escaped and must not contain an end tag. */
  public Html script(String code) {
    if (code.contains("<") || code.contains("&")) {
      throw new IllegalArgumentException("a script with < or &");
    }
    text.append("<script>\n").append(code).append("</script>\n");
    return this;
  }

  /** Writes a line break into the source. */
  public Html line() {
    text.append('\n');
    return this;
  }

  private void start(String tag, String... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      text.append(escape(attributes[i + 1])).append('"');
    }
  }

  /** Escapes text for HTML; control characters, which XML excludes, are made visible. */
  private static String escape(String text) {
    return Visible.lines(text)
        .replaceAll("[\\ufffe\\uffff]", " ")
        .replace(" %", "\u00a0%")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
