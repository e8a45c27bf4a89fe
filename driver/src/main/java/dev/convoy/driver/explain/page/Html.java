package dev.convoy.driver.explain.page;

import dev.convoy.data.Visible;
import java.util.Set;

/**
 * Writes HTML that is well-formed XML too: what opens closes, and all text is escaped. Attributes
 * come as names and values in turn.
 */
final class Html {
  private static final Set<String> VOID = Set.of("meta", "img", "line", "rect", "circle", "path");

  private final StringBuilder text = new StringBuilder();

  /** An element with content. */
  Html in(String tag, Runnable content, String... attributes) {
    start(tag, attributes);
    text.append('>');
    content.run();
    text.append("</").append(tag).append('>');
    return this;
  }

  /** An element with a class. */
  Html div(String cssClass, Runnable content) {
    return in("div", content, "class", cssClass).line();
  }

  /** An element that holds text only. */
  Html element(String tag, String content, String... attributes) {
    return in(tag, () -> text(content), attributes);
  }

  /** An element without content. */
  Html empty(String tag, String... attributes) {
    if (!VOID.contains(tag)) {
      throw new IllegalArgumentException("<" + tag + "> needs an end tag");
    }
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  /** Text that people read. */
  Html text(String content) {
    text.append(escape(content));
    return this;
  }

  /** A variable of a formula. */
  Html variable(String name) {
    return element("i", name);
  }

  /** A paragraph. */
  Html paragraph(String content, String... attributes) {
    return element("p", content, attributes).line();
  }

  /** A stylesheet of the page's own; it needs no escape and has no end tag in it. */
  Html style(String css) {
    if (css.contains("<") || css.contains("&")) {
      throw new IllegalArgumentException("a stylesheet with < or &");
    }
    text.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  /** A line end in the source. */
  Html line() {
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

  /** Text as it stands in HTML; control characters, which XML does not have, are made visible. */
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
