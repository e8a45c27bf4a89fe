package dev.convoy.worker.network.language;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a HOCON text into tokens: brackets, separators, line ends, words, quoted texts and
 * substitutions. Comments and blanks are left out; a word ends at a blank.
 *
 * <p>The text need not be well formed: characters that HOCON does not allow become part of a word,
 * and an unclosed quotation extends to the end of its line.
 */
final class HoconTokens {
  private static final String TRIPLE_QUOTE = "\"\"\"";
  private static final String SINGLE = "{}[],:=";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean spaced;

  /** The kind of a token. */
  enum Kind {
    OPEN_OBJECT,
    CLOSE_OBJECT,
    OPEN_LIST,
    CLOSE_LIST,
    COMMA,
    SEPARATOR,
    LINE_END,
    WORD,
    QUOTED,
    SUBSTITUTION,
    END
  }

  /**
   * One token.
   *
   * @param text text without quotes; the path of a substitution
   * @param line line where it begins, from 1
   * @param spaced whether a blank precedes it
   * @param closed false for a quotation or a substitution that does not end
   */
  record Token(Kind kind, String text, int line, boolean spaced, boolean closed) {}

  private HoconTokens(String text) {
    this.text = text;
  }

  /** Splits a text; the last token is {@link Kind#END}. */
  static List<Token> of(String text) {
    return new HoconTokens(text).all();
  }

  private List<Token> all() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\n') {
        add(Kind.LINE_END, 1);
        line++;
      } else if (isBlank(c)) {
        spaced = true;
        position++;
      } else if (c == '#' || text.startsWith("//", position)) {
        position = endOfLine();
      } else if (text.startsWith("+=", position)) {
        add(Kind.SEPARATOR, 2);
      } else if (SINGLE.indexOf(c) >= 0) {
        add(single(c), 1);
      } else if (c == '"') {
        quoted();
      } else if (text.startsWith("${", position)) {
        substitution();
      } else {
        word();
      }
    }
    add(Kind.END, 0);
    return tokens;
  }

  private static Kind single(char c) {
    return switch (c) {
      case '{' -> Kind.OPEN_OBJECT;
      case '}' -> Kind.CLOSE_OBJECT;
      case '[' -> Kind.OPEN_LIST;
      case ']' -> Kind.CLOSE_LIST;
      case ',' -> Kind.COMMA;
      default -> Kind.SEPARATOR;
    };
  }

  /** Whether it is a blank in HOCON: Unicode's blanks, no-break spaces and the byte order mark. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF';
  }

  private void add(Kind kind, int length) {
    tokens.add(new Token(kind, text.substring(position, position + length), line, spaced, true));
    position += length;
    spaced = false;
  }

  private int endOfLine() {
    int end = text.indexOf('\n', position);
    return end < 0 ? text.length() : end;
  }

  private void quoted() {
    int start = line;
    int end;
    String content;
    boolean closed;
    if (text.startsWith(TRIPLE_QUOTE, position)) {
      int close = text.indexOf(TRIPLE_QUOTE, position + 3);
      closed = close >= 0;
      content = close < 0 ? text.substring(position + 3) : text.substring(position + 3, close);
      end = close < 0 ? text.length() : close + 3;
      while (close >= 0 && end < text.length() && text.charAt(end) == '"') {
        end++; // further quotes before the last three belong to the text
      }
      line += (int) content.chars().filter(c -> c == '\n').count();
    } else {
      end = position + 1;
      int limit = endOfLine();
      while (end < limit && text.charAt(end) != '"') {
        end += text.charAt(end) == '\\' ? 2 : 1;
      }
      end = Math.min(end, limit);
      closed = end < limit;
      content = text.substring(position + 1, end);
      end = Math.min(end + 1, limit);
    }
    tokens.add(new Token(Kind.QUOTED, content, start, spaced, closed));
    position = end;
    spaced = false;
  }

  private void substitution() {
    int limit = endOfLine();
    int end = position + 2;
    boolean quoted = false;
    boolean closed = true;
    while (end < limit && (quoted || text.charAt(end) != '}')) {
      quoted ^= text.charAt(end) == '"';
      closed &= quoted || text.charAt(end) != '{'; // no path has a brace
      end++;
    }
    String path = text.substring(position + 2, end);
    String required = path.startsWith("?") ? path.substring(1) : path;
    tokens.add(new Token(Kind.SUBSTITUTION, required.strip(), line, spaced, closed && end < limit));
    position = Math.min(end + 1, limit);
    spaced = false;
  }

  private void word() {
    int end = position + 1;
    while (end < text.length() && isOfWord(end)) {
      end++;
    }
    add(Kind.WORD, end - position);
  }

  private boolean isOfWord(int index) {
    char c = text.charAt(index);
    return c != '"'
        && c != '#'
        && !isBlank(c)
        && SINGLE.indexOf(c) < 0
        && !text.startsWith("//", index)
        && !text.startsWith("${", index)
        && !text.startsWith("+=", index);
  }
}
