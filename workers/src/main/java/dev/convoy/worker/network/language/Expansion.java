package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Computes in advance how large a definition becomes when its substitutions are resolved.
 *
 * <p>Forty lines such as {@code b = ${a} ${a}} double a value forty times. The length of a value
 * with substitutions is the length of its text plus those of the values it names, computed from the
 * bottom up; a value that appends to itself ({@code +=}) names its previous value. This is an upper
 * bound, because the library shares equal parts.
 */
final class Expansion {
  /** The largest size after substitution, in characters. */
  private static final long MOST = 1 << 24;

  /** The most values that append to themselves: the library's time grows with their third power. */
  private static final int MOST_APPENDED = 100;

  /** A substitution; its first group is the path. */
  static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{\\??([^}]*)}");

  private static final int DEEPEST_INCLUDE = 100;

  private final ConfigObject root;
  private final IdentityHashMap<ConfigValue, Long> lengths = new IdentityHashMap<>();
  private int appended;

  private Expansion(ConfigObject root) {
    this.root = root;
  }

  /** Returns why the substitutions of {@code root} must not be resolved; empty if they may be. */
  static Optional<String> refusal(ConfigObject root) {
    Expansion expansion = new Expansion(root);
    if (expansion.length(root) > MOST) {
      return Optional.of("its substitutions make it longer than " + MOST + " characters");
    }
    if (expansion.appended > MOST_APPENDED) {
      return Optional.of(
          "it appends to its own values more than "
              + MOST_APPENDED
              + " times: write them as one list");
    }
    return Optional.empty();
  }

  private long length(ConfigValue value) {
    Long known = lengths.get(value);
    if (known != null) {
      return known;
    }
    lengths.put(value, 0L);
    long length = 1;
    if (isOpen(value)) {
      for (String assigned : assignments(value.render(ConfigRenderOptions.concise()))) {
        length = assignedLength(value, assigned, length);
      }
    } else if (value instanceof ConfigObject object) {
      for (ConfigValue inner : object.values()) {
        length = saturatedSum(length, length(inner));
      }
    } else if (value instanceof ConfigList list) {
      for (ConfigValue inner : list) {
        length = saturatedSum(length, length(inner));
      }
    } else {
      length = saturatedSum(length, value.render(ConfigRenderOptions.concise()).length());
    }
    lengths.put(value, length);
    return length;
  }

  /**
   * Returns the length after one more value is assigned to a key.
   *
   * @param before the length so far: that of a substitution of the key itself, and of objects to
   *     merge with
   */
  private long assignedLength(ConfigValue value, String assigned, long before) {
    lengths.put(value, before);
    long length = assigned.length();
    boolean replaces = false;
    Matcher substitution = SUBSTITUTION.matcher(assigned);
    while (substitution.find()) {
      for (ConfigValue named : named(substitution.group(1))) {
        replaces |= named == value;
        length = saturatedSum(length, length(named));
      }
    }
    appended += replaces ? 1 : 0;
    return replaces ? length : saturatedSum(length, before);
  }

  /** Whether the value itself has substitutions, not only values within it. */
  private static boolean isOpen(ConfigValue value) {
    try {
      value.valueType();
      return value instanceof ConfigObject object && object.size() < 0;
    } catch (ConfigException.NotResolved e) {
      return true;
    }
  }

  /**
   * Returns the values that {@code path} may name: in an included file it can be relative to the
   * place of the include. A value with substitutions stands for all values within it.
   */
  private List<ConfigValue> named(String path) {
    List<String> keys;
    try {
      keys = ConfigUtil.splitPath(path);
    } catch (ConfigException e) {
      return List.of(); // a quoted text that looks like a substitution
    }
    List<ConfigValue> found = new ArrayList<>();
    for (int from = 0; from < Math.min(keys.size(), DEEPEST_INCLUDE); from++) {
      ConfigValue value = root;
      for (String key : keys.subList(from, keys.size())) {
        if (value instanceof ConfigObject object && !isOpen(value)) {
          value = object.get(key);
        }
      }
      if (value != null) {
        found.add(value);
      }
    }
    return found;
  }

  /** Splits the successive values of one key, which the library renders separated by commas. */
  private static List<String> assignments(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '[' || c == '{')) {
        depth++;
      } else if (!quoted && (c == ']' || c == '}')) {
        depth--;
      } else if (!quoted && c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static long saturatedSum(long a, long b) {
    return Math.min(MOST + 1, a + b);
  }
}
