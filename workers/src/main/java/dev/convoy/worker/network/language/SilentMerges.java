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
 * Finds the merges that HOCON makes without a warning: adjacent values where a comma or a line
 * break was forgotten, and keys that are given twice.
 *
 * <p>HOCON makes one object of {@code { conv {...} } { conv {...} }} and keeps the last of {@code
 * maps = 16, maps = 32}; the parser's result no longer shows it. Intended merges are not reported:
 * substitution in the value of a key ({@code conv = ${define.block} { maps = 3 }}), texts made of
 * parts, values that a key appends to itself ({@code +=}, {@code a = ${a} [ 1 ]}), and keys of an
 * included file that the including file replaces.
 *
 * <p>A text that is not valid HOCON is read up to the first token that does not fit.
 */
public final class SilentMerges {
  private static final Set<Kind> TEXTS = EnumSet.of(Kind.WORD, Kind.QUOTED);
  private static final Set<Kind> ENDS =
      EnumSet.of(Kind.COMMA, Kind.LINE_END, Kind.CLOSE_OBJECT, Kind.CLOSE_LIST, Kind.END);

  private final List<Token> tokens;
  private final Parts parts;
  private final List<Merge> found = new ArrayList<>();
  private int next;

  /** Whether an object may be written in several parts under the same key. */
  public enum Parts {
    /** A second object under the same key is a fault. */
    ONE,
    /** A second object under the same key adds to the first. */
    MANY
  }

  /**
   * One merge.
   *
   * @param line its line, from 1
   * @param path the key or list element, such as {@code layers[0].conv}
   * @param fault the reason and the remedy
   */
  public record Merge(int line, String path, String fault) {}

  /** The keys of one object; a dotted key creates objects that may get more keys. */
  private record Keys(Map<String, Assignment> assignments) {
    Keys() {
      this(new HashMap<>());
    }
  }

  /**
   * One key of an object.
   *
   * @param line line where it is given; 0 if only keys below it are given
   * @param inner the keys below it
   * @param isObject false if its value cannot have keys
   */
  private record Assignment(int line, Keys inner, boolean isObject) {}

  /** Thrown where the text cannot be read any further. */
  private static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private SilentMerges(String text, Parts parts) {
    this.tokens = HoconTokens.of(text);
    this.parts = parts;
  }

  /** Returns every silent merge of a text, in order. */
  public static List<Merge> find(String text, Parts parts) {
    SilentMerges merges = new SilentMerges(text, parts);
    try {
      merges.root();
    } catch (LostException e) {
      // The parser reports why the rest cannot be read.
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
    assign(keys, key, line, full, appends);
  }

  /** Reads the parts of a key; dots within quotes do not divide it. */
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

  /** Reads the value of a key and adds the key to its object. */
  private void assign(Keys keys, List<String> key, int line, String full, boolean appends)
      throws LostException {
    Keys object = keys;
    Assignment keyless = null; // a value on the path of the key that cannot have keys
    for (String part : key.subList(0, key.size() - 1)) {
      Assignment outer =
          object.assignments.computeIfAbsent(part, k -> new Assignment(0, new Keys(), true));
      keyless = keyless == null && !outer.isObject ? outer : keyless;
      object = outer.inner;
    }
    String last = key.get(key.size() - 1);
    Assignment before = object.assignments.get(last);
    boolean opens = peek().kind() == Kind.OPEN_OBJECT;
    boolean extended = opens && before != null && before.isObject && isExtended(before);
    Keys inner = extended ? before.inner : new Keys();
    Value value = value(inner, full, false);
    if (appends || value.substitutions.contains(full)) {
      object.assignments.putIfAbsent(last, new Assignment(line, inner, value.hasKeys));
      return;
    }
    if (keyless != null) {
      addDuplicate(keyless.line, line, full);
    } else if (before != null && !extended) {
      addDuplicate(before.line == 0 ? firstLine(before.inner) : before.line, line, full);
    }
    object.assignments.put(last, new Assignment(line, inner, value.hasKeys));
  }

  /** Whether another object under the key of {@code before} extends it instead of replacing it. */
  private boolean isExtended(Assignment before) {
    return parts == Parts.MANY || before.line == 0;
  }

  private static int firstLine(Keys keys) {
    return keys.assignments.values().stream()
        .mapToInt(key -> key.line == 0 ? firstLine(key.inner) : key.line)
        .min()
        .orElse(0);
  }

  private void addDuplicate(int first, int second, String path) {
    String lines = first == second ? "twice" : "twice, first in line " + first;
    String remedy =
        parts == Parts.ONE ? ": keep one (give each layer its own braces)" : ": keep one";
    found.add(new Merge(second, path, "is given " + lines + remedy));
  }

  /**
   * The structure of a value.
   *
   * @param hasKeys whether it can have keys: an object or a substitution
   * @param substitutions the paths that it names
   */
  private record Value(boolean hasKeys, List<String> substitutions) {}

  /** Reads a value with all its parts, up to a comma or a line break. */
  private Value value(Keys keys, String path, boolean element) throws LostException {
    Token before = null;
    boolean reported = false;
    boolean hasKeys = false;
    List<String> substitutions = new ArrayList<>();
    while (!ENDS.contains(peek().kind())) {
      Token part = peek();
      if (part.kind() == Kind.SEPARATOR) {
        if (before != null && !reported) {
          found.add(new Merge(part.line(), path, missing("before " + shown(before))));
        }
        throw new LostException();
      }
      if (before != null && !reported && joins(before, part, element)) {
        found.add(new Merge(part.line(), path, joined(before, part, element)));
        reported = true;
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

  /** Whether HOCON joins two adjacent parts that may have been meant as two values. */
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
        + " (HOCON joins adjacent values into one)";
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
