package dev.convoy.worker.network.language;

import dev.convoy.worker.network.language.HoconTokens.Kind;
import dev.convoy.worker.network.language.HoconTokens.Token;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Explains why a text is not HOCON: brackets and quotation marks that are not closed, and keys
 * without {@code =} or without a value.
 *
 * <p>It is used for texts that the parser has refused, and finds no fault where it has no better
 * message than the parser.
 */
public final class HoconSyntax {
  private static final Set<Kind> TEXTS = EnumSet.of(Kind.WORD, Kind.QUOTED);
  private static final Set<Kind> ENDS =
      EnumSet.of(Kind.COMMA, Kind.LINE_END, Kind.CLOSE_OBJECT, Kind.CLOSE_LIST, Kind.END);

  private final List<Token> tokens;

  /** The brackets that are open, the innermost first. */
  private final Deque<Token> open = new ArrayDeque<>();

  private int next;

  /** Whether a field or an element begins at the next token. */
  private boolean atStart = true;

  /**
   * The reason why a text cannot be read.
   *
   * @param line line of the fault, from 1
   */
  public record Fault(int line, String reason) {}

  private HoconSyntax(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Returns the first fault of a text; empty if none is found. */
  public static Optional<Fault> fault(String text) {
    List<Token> tokens = HoconTokens.of(text);
    for (Token token : tokens) {
      if (!token.closed()) {
        return fault(token, "the " + opening(token) + " of this line is not closed");
      }
    }
    return new HoconSyntax(tokens).find();
  }

  private static Optional<Fault> fault(Token place, String reason) {
    return Optional.of(new Fault(place.line(), reason));
  }

  private static String opening(Token token) {
    return token.kind() == Kind.QUOTED ? "quotation mark" : "${";
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Optional<Fault> find() {
    skipLines();
    if (peek().kind() == Kind.OPEN_OBJECT) {
      open.push(tokens.get(next++));
    }
    Optional<Fault> found = Optional.empty();
    while (found.isEmpty() && peek().kind() != Kind.END) {
      Token token = peek();
      switch (token.kind()) {
        case CLOSE_OBJECT, CLOSE_LIST -> {
          found = close(token);
          next++;
          atStart = false;
        }
        case COMMA, LINE_END -> {
          next++;
          atStart = true;
        }
        default -> {
          boolean key = atStart && !inList();
          atStart = false;
          found = key ? field() : value(token);
        }
      }
    }
    return found.isPresent() || open.isEmpty() ? found : fault(lastToken(), notClosed());
  }

  private Token lastToken() {
    int last = tokens.size() - 1;
    while (last > 0 && EnumSet.of(Kind.END, Kind.LINE_END).contains(tokens.get(last).kind())) {
      last--;
    }
    return tokens.get(last);
  }

  private boolean inList() {
    return !open.isEmpty() && open.peek().kind() == Kind.OPEN_LIST;
  }

  private void skipLines() {
    while (peek().kind() == Kind.LINE_END) {
      next++;
    }
  }

  /** Lists the brackets that are open at the end of the text, the innermost first. */
  private String notClosed() {
    StringBuilder text = new StringBuilder();
    int listed = 0;
    for (Token bracket : open) {
      text.append(listed == 0 ? "" : listed == open.size() - 1 ? " and " : ", ")
          .append(bracket(bracket, lastToken()));
      listed++;
    }
    return text.append(listed == 1 ? " is" : " are").append(" not closed").toString();
  }

  private static String bracket(Token bracket, Token place) {
    String line = bracket.line() == place.line() ? "this line" : "line " + bracket.line();
    return "the " + bracket.text() + " of " + line;
  }

  private Optional<Fault> close(Token token) {
    Kind opening = token.kind() == Kind.CLOSE_OBJECT ? Kind.OPEN_OBJECT : Kind.OPEN_LIST;
    if (!open.isEmpty() && open.peek().kind() == opening) {
      open.pop();
      return Optional.empty();
    }
    if (open.isEmpty() || count(token.kind()) > count(opening)) {
      return fault(token, "this " + token.text() + " closes nothing: there is one too many");
    }
    return unclosed(token);
  }

  private long count(Kind kind) {
    return tokens.stream().filter(token -> token.kind() == kind).count();
  }

  /** Returns the fault that the innermost bracket is not closed before {@code place}. */
  private Optional<Fault> unclosed(Token place) {
    return fault(place, bracket(open.peek(), place) + " is not closed");
  }

  /** Reads a key up to its value. */
  private Optional<Fault> field() {
    Token first = peek();
    if (first.kind() == Kind.OPEN_OBJECT) {
      // Not a key: this token belongs outside the object.
      return open.isEmpty() ? Optional.empty() : unclosed(first);
    }
    if (!TEXTS.contains(first.kind())) {
      return first.kind() == Kind.SEPARATOR
          ? fault(first, "a key is missing before " + first.text())
          : value(first);
    }
    next++;
    boolean include = first.text().equals("include");
    Token second = peek();
    while (TEXTS.contains(peek().kind())) {
      next++;
    }
    Token behind = peek();
    if (include && TEXTS.contains(second.kind())) {
      return Optional.empty();
    }
    skipLines();
    return switch (peek().kind()) {
      case SEPARATOR -> separated(tokens.get(next++), first);
      case OPEN_OBJECT -> Optional.empty();
      default -> {
        if (TEXTS.contains(second.kind())) {
          yield missingSeparator(first, second);
        }
        yield ENDS.contains(behind.kind())
            ? fault(first, noValue(first))
            : missingSeparator(first, behind);
      }
    };
  }

  private static Optional<Fault> missingSeparator(Token key, Token value) {
    return fault(key, "= is missing between " + shown(key) + " and " + shown(value));
  }

  private static String noValue(Token key) {
    return shown(key) + " has no value: write " + shown(key) + " = VALUE";
  }

  /** Reads the value after the {@code =} of a key. */
  private Optional<Fault> separated(Token separator, Token key) {
    skipLines();
    if (peek().kind() == Kind.SEPARATOR) {
      return fault(peek(), separator.text() + " appears twice after " + shown(key));
    }
    return ENDS.contains(peek().kind()) ? fault(separator, noValue(key)) : Optional.empty();
  }

  /** Reads one part of a value. */
  private Optional<Fault> value(Token part) {
    next++;
    if (part.kind() == Kind.OPEN_OBJECT || part.kind() == Kind.OPEN_LIST) {
      open.push(part);
      atStart = true;
      return Optional.empty();
    }
    if (part.kind() == Kind.SEPARATOR && inList()) {
      return fault(
          part, "a " + part.text() + " is inside a list: write keys in braces, { key = value }");
    }
    return Optional.empty();
  }

  private static String shown(Token token) {
    return token.kind() == Kind.SUBSTITUTION ? "${" + token.text() + "}" : token.text();
  }
}
