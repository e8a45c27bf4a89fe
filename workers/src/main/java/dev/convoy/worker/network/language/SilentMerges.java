package dev.convoy.worker.network.language;

import dev.convoy.worker.network.language.HoconTokens.Kind;
import dev.convoy.worker.network.language.HoconTokens.Token;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds in a HOCON text what the language merges without a word: values that stand side by side,
 * where a comma or a line break was forgotten, and keys that are given twice.
 *
 * <p>HOCON makes one object of {@code { conv {...} } { conv {...} }} and keeps the last of {@code
 * maps = 16, maps = 32}; the parser's result no longer shows it. Meant, and left alone, are merges
 * by substitution in the value of a key ({@code conv = ${define.block} { maps = 3 }}), texts made
 * of parts, values that a key appends to itself ({@code +=}, {@code a = ${a} [ 1 ]}), and keys of
 * an included file that the including one replaces.
 *
 * <p>A text that HOCON does not allow is followed as far as it can be understood.
 */
public final class SilentMerges {
  private static final Set<Kind> TEXTS = EnumSet.of(Kind.WORD, Kind.QUOTED);
  private static final Set<Kind> ENDS =
      EnumSet.of(Kind.COMMA, Kind.LINE_END, Kind.CLOSE_OBJECT, Kind.CLOSE_LIST, Kind.END);

  private final List<Token> tokens;
  private final Parts parts;
  private final List<Merge> found = new ArrayList<>();
  private int next;

  /** Whether an object may be written in parts, each under its key. */
  public enum Parts {
    /** A second object under the same key is a fault. */
    ONE,
    /** A second object under the same key adds to the first. */
    MANY
  }

  /**
   * One merge.
   *
   * @param line where it is, from 1
   * @param path the key or list element, such as {@code layers[0].conv}
   * @param fault the reason and the remedy
   */
  public record Merge(int line, String path, String fault) {}

  /** The keys of one object; a key of dotted parts makes objects that may get more keys. */
  private record Keys(Map<String, Given> given) {
    Keys() {
      this(new HashMap<>());
    }
  }

  /**
   * One key of an object.
   *
   * @param line where it is given; 0 if only keys below it are
   * @param inner the keys below it
   * @param isObject false if its value cannot have keys
   */
  private record Given(int line, Keys inner, boolean isObject) {}

  /** The text cannot be followed any further. */
  private static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private SilentMerges(String text, Parts parts) {
    this.tokens = HoconTokens.of(text);
    this.parts = parts;
  }

  /** Every merge of a text, in its order. */
  public static List<Merge> in(String text, Parts parts) {
    SilentMerges merges = new SilentMerges(text, parts);
    try {
      merges.root();
    } catch (LostException e) {
      // The parser says why the rest cannot be read.
      return merges.found;
    }
    return merges.found;
  }

  private void root() throws LostException {
    skip(Kind.LINE_END);
    if (peek().kind() == Kind.OPEN_OBJECT) {
      next++;
    }
    fields(new Keys(), "");
  }

  private Token peek() {
    return tokens.get(next);
  }

  private void skip(Kind kind) {
    while (peek().kind() == kind) {
      next++;
    }
  }

  private void close(Kind kind) throws LostException {
    if (peek().kind() != kind) {
      throw new LostException();
    }
    next++;
  }

  /** Reads keys and values up to the end of their object. */
  private void fields(Keys keys, String path) throws LostException {
    while (true) {
      while (peek().kind() == Kind.LINE_END || peek().kind() == Kind.COMMA) {
        next++;
      }
      if (peek().kind() == Kind.CLOSE_OBJECT || peek().kind() == Kind.END) {
        return;
      }
      if (isInclude()) {
        while (!ENDS.contains(peek().kind())) {
          next++;
        }
      } else {
        field(keys, path);
      }
    }
  }

  private boolean isInclude() {
    Token after = tokens.get(Math.min(next + 1, tokens.size() - 1));
    return peek().kind() == Kind.WORD
        && peek().text().equals("include")
        && TEXTS.contains(after.kind());
  }

  private void field(Keys keys, String path) throws LostException {
    int line = peek().line();
    List<String> key = key();
    String full = (path.isEmpty() ? "" : path + ".") + String.join(".", key);
    skip(Kind.LINE_END);
    boolean appends = false;
    if (peek().kind() == Kind.SEPARATOR) {
      appends = peek().text().equals("+=");
      next++;
      skip(Kind.LINE_END);
    } else if (peek().kind() != Kind.OPEN_OBJECT) {
      throw new LostException();
    }
    give(keys, key, line, full, appends);
  }

  /** The parts of a key; dots within quotes do not divide it. */
  private List<String> key() throws LostException {
    if (!TEXTS.contains(peek().kind())) {
      throw new LostException();
    }
    List<String> key = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (boolean first = true; TEXTS.contains(peek().kind()); first = false) {
      Token token = tokens.get(next++);
      part.append(token.spaced() && !first ? " " : "");
      if (token.kind() == Kind.QUOTED) {
        part.append(token.text());
        continue;
      }
      String[] pieces = token.text().split("\\.", -1);
      for (int i = 0; i < pieces.length; i++) {
        if (i > 0) {
          key.add(part.toString());
          part.setLength(0);
        }
        part.append(pieces[i]);
      }
    }
    key.add(part.toString());
    return key;
  }

  /** Reads the value of a key and enters it among the keys of its object. */
  private void give(Keys keys, List<String> key, int line, String full, boolean appends)
      throws LostException {
    Keys object = keys;
    Given whole = null; // a value that the key goes into, and that cannot have keys
    for (String part : key.subList(0, key.size() - 1)) {
      Given outer = object.given.computeIfAbsent(part, k -> new Given(0, new Keys(), true));
      whole = whole == null && !outer.isObject ? outer : whole;
      object = outer.inner;
    }
    String last = key.get(key.size() - 1);
    Given before = object.given.get(last);
    boolean opens = peek().kind() == Kind.OPEN_OBJECT;
    boolean adds = opens && before != null && before.isObject && adds(before);
    Keys inner = adds ? before.inner : new Keys();
    Value value = value(inner, full, false);
    if (appends || value.substitutions.contains(full)) {
      object.given.putIfAbsent(last, new Given(line, inner, value.hasKeys));
      return;
    }
    if (whole != null) {
      twice(whole.line, line, full);
    } else if (before != null && !adds) {
      twice(before.line == 0 ? firstLine(before.inner) : before.line, line, full);
    }
    object.given.put(last, new Given(line, inner, value.hasKeys));
  }

  /** Whether another object under the key of {@code before} is no second value of it. */
  private boolean adds(Given before) {
    return parts == Parts.MANY || before.line == 0;
  }

  private static int firstLine(Keys keys) {
    return keys.given.values().stream()
        .mapToInt(given -> given.line == 0 ? firstLine(given.inner) : given.line)
        .min()
        .orElse(0);
  }

  private void twice(int first, int second, String path) {
    String lines = first == second ? "twice" : "twice, first in line " + first;
    String remedy =
        parts == Parts.ONE ? ": keep one (each layer stands in braces of its own)" : ": keep one";
    found.add(new Merge(second, path, "is given " + lines + remedy));
  }

  /**
   * What a value is made of.
   *
   * @param hasKeys whether it can have keys: an object, or what a substitution stands for
   * @param substitutions the paths that it names
   */
  private record Value(boolean hasKeys, List<String> substitutions) {}

  /** Reads a value with all its parts: what stands side by side up to a comma or a line break. */
  private Value value(Keys keys, String path, boolean element) throws LostException {
    Token before = null;
    boolean told = false;
    boolean hasKeys = false;
    List<String> substitutions = new ArrayList<>();
    while (!ENDS.contains(peek().kind())) {
      Token part = peek();
      if (part.kind() == Kind.SEPARATOR) {
        if (before != null && !told) {
          found.add(new Merge(part.line(), path, missing("before " + shown(before))));
        }
        throw new LostException();
      }
      if (before != null && !told && joins(before, part, element)) {
        found.add(new Merge(part.line(), path, joined(before, part, element)));
        told = true;
      }
      next++;
      switch (part.kind()) {
        case OPEN_OBJECT -> {
          fields(before == null ? keys : new Keys(), path);
          close(Kind.CLOSE_OBJECT);
          hasKeys = true;
        }
        case OPEN_LIST -> {
          elements(path);
          close(Kind.CLOSE_LIST);
        }
        case SUBSTITUTION -> {
          substitutions.add(part.text().replace("\"", ""));
          hasKeys = true;
        }
        default -> {}
      }
      before = part;
    }
    if (before == null) {
      throw new LostException();
    }
    return new Value(hasKeys, substitutions);
  }

  private void elements(String path) throws LostException {
    int index = 0;
    while (true) {
      while (peek().kind() == Kind.LINE_END || peek().kind() == Kind.COMMA) {
        next++;
      }
      if (peek().kind() == Kind.CLOSE_LIST) {
        return;
      }
      value(new Keys(), path + "[" + index++ + "]", true);
    }
  }

  /** Whether two parts of one value become one where two values may have been meant. */
  private static boolean joins(Token before, Token part, boolean element) {
    boolean first = isStructure(before);
    boolean second = isStructure(part);
    if (first && second) {
      return true;
    }
    if (first || second) {
      return element || TEXTS.contains((first ? part : before).kind());
    }
    return element && part.spaced();
  }

  private static boolean isStructure(Token token) {
    return token.kind() == Kind.OPEN_OBJECT || token.kind() == Kind.OPEN_LIST;
  }

  private static String joined(Token before, Token part, boolean element) {
    String between = "between " + closed(before) + " and " + shown(part);
    boolean mixed = TEXTS.contains(before.kind()) != TEXTS.contains(part.kind());
    boolean structures = isStructure(before) || isStructure(part);
    if (element || (mixed && structures)) {
      return missing(between);
    }
    return missing(between) + "; a value is one object or one list";
  }

  private static String missing(String where) {
    return "a comma or a line break is missing "
        + where
        + " (HOCON joins what stands side by side into one value)";
  }

  private static String closed(Token token) {
    return switch (token.kind()) {
      case OPEN_OBJECT -> "}";
      case OPEN_LIST -> "]";
      default -> shown(token);
    };
  }

  private static String shown(Token token) {
    return token.kind() == Kind.SUBSTITUTION ? "${" + token.text() + "}" : token.text();
  }
}
