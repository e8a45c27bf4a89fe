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

/** Collects the faults of one definition, each with its file, line and path. */
final class Faults {
  private static final Pattern LINES = Pattern.compile(": \\d+(-\\d+)?$");
  private static final Pattern PARSER_ADVICE = Pattern.compile(" \\(if you (want|intended) .*");
  private static final int LONGEST_VALUE = 60;

  private final Problems problems = new Problems();
  private final Set<String> reported = new HashSet<>();
  private final String verdict;
  private final String where;
  private final boolean lines;

  private Faults(String name, String where, boolean lines) {
    this.verdict = "Cannot read network " + Visible.of(name);
    this.where = where;
    this.lines = lines;
  }

  /**
   * Creates the collector for a definition that a user wrote.
   *
   * @param name of the network
   * @param where the file, for faults without a line of their own
   */
  static Faults ofText(String name, String where) {
    return new Faults(name, where, true);
  }

  /** Creates the collector for a definition that Convoy wrote in one line, without line numbers. */
  static Faults ofJson(String name, String where) {
    return new Faults(name, where, false);
  }

  int count() {
    return problems.faults().size();
  }

  /** Adds a fault of the whole file. */
  void add(String fault) {
    problems.add(where, Visible.of(fault));
  }

  /** Adds a fault at {@code place}, which is a file and line. */
  void add(String place, String fault) {
    problems.add(place, Visible.of(fault));
  }

  /** Adds a fault of the element at {@code path}; a repeated fault is reported once. */
  void add(ConfigOrigin origin, String path, String fault) {
    String place = place(origin, path);
    if (reported.add(place + ": " + fault)) {
      problems.add(place, Visible.of(fault));
    }
  }

  /** Returns {@code file:line: path}. */
  String place(ConfigOrigin origin, String path) {
    return place(origin) + ": " + path;
  }

  /** Adds a fault of the value at {@code path}; the message shows the value. */
  void add(ConfigValue value, String path, String fault) {
    add(value.origin(), path + " = " + shown(value), fault);
  }

  /** Adds a fault found by the parser. */
  void add(ConfigException e) {
    String message = e.getMessage();
    if (e.origin() != null) {
      String prefix = e.origin().description() + ": ";
      message = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
    problems.add(place(e.origin()), Visible.of(PARSER_ADVICE.matcher(message).replaceFirst("")));
  }

  /** Adds the fault of a substitution that names nothing. */
  void unresolved(ConfigException e, String substitution) {
    problems.add(
        place(e.origin()),
        substitution
            + " has no value in this definition: give it one in define { ... }"
            + " (environment variables and system properties are not read)");
  }

  /**
   * @throws InvalidRequestException if there is a fault
   */
  void refuseIfAny() {
    problems.refuseIfAny(verdict);
  }

  /** Returns {@code file:line}, or the file alone if the value has no line of its own. */
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
