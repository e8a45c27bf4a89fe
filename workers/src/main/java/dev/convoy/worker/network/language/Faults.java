package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The faults of one definition, each with its file, line and path. */
final class Faults {
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");
  private static final Pattern PARSER_ADVICE = Pattern.compile(" \\(if you (want|intended) .*");
  private static final int LONGEST_VALUE = 60;

  private final Problems problems = new Problems();
  private final Set<String> told = new HashSet<>();
  private final String verdict;
  private final String where;
  private final boolean lines;

  private Faults(String name, String where, boolean lines) {
    this.verdict = "Cannot read network " + Visible.of(name);
    this.where = where;
    this.lines = lines;
  }

  /**
   * Of a definition that somebody wrote.
   *
   * @param name of the network
   * @param where the file, for faults without a line of their own
   */
  static Faults ofText(String name, String where) {
    return new Faults(name, where, true);
  }

  /** Of a definition that Convoy wrote, all in one line. */
  static Faults ofJson(String name, String where) {
    return new Faults(name, where, false);
  }

  int count() {
    return problems.faults().size();
  }

  /** A fault of the file as a whole. */
  void add(String fault) {
    problems.add(where, Visible.of(fault));
  }

  /** A fault at {@code place}, which is a file and line. */
  void add(String place, String fault) {
    problems.add(place, Visible.of(fault));
  }

  /** A fault of what is at {@code path}; told once. */
  void add(ConfigOrigin origin, String path, String fault) {
    String place = place(origin, path);
    if (told.add(place + ": " + fault)) {
      problems.add(place, Visible.of(fault));
    }
  }

  /** {@code file:line: path}. */
  String place(ConfigOrigin origin, String path) {
    return place(origin) + ": " + path;
  }

  /** A fault of the value at {@code path}, which is shown. */
  void add(ConfigValue value, String path, String fault) {
    add(value.origin(), path + " = " + shown(value), fault);
  }

  /** A fault found by the parser. */
  void add(ConfigException e) {
    String message = e.getMessage();
    if (e.origin() != null) {
      String prefix = e.origin().description() + ": ";
      message = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
    problems.add(place(e.origin()), Visible.of(PARSER_ADVICE.matcher(message).replaceFirst("")));
  }

  /** A substitution that names nothing. */
  void unresolved(ConfigException e, String substitution) {
    problems.add(
        place(e.origin()),
        substitution
            + " names nothing in this definition: put its value below define { ... }"
            + " (environment variables and system properties are not read)");
  }

  /**
   * @throws InvalidRequestException if there is a fault
   */
  void refuseIfAny() {
    problems.refuseIfAny(verdict);
  }

  /** {@code file:line}; the file alone where a value has no one line. */
  private String place(ConfigOrigin origin) {
    if (!lines || origin == null || origin.lineNumber() < 1) {
      return where;
    }
    return LINES.matcher(origin.description()).replaceFirst("") + ":" + origin.lineNumber();
  }

  private static String shown(ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }
}
