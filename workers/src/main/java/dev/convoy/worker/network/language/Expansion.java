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
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a definition becomes when its substitutions are carried out, reckoned beforehand.
 *
 * <p>Forty lines such as {@code b = ${a} ${a}} double a value forty times. The length of a value
 * with substitutions is the length of its text plus those of the values it names, from the bottom
 * up; a value that appends to itself ({@code +=}) names what it was before. This is an upper bound:
 * the library shares what it can.
 */
final class Expansion {
  /** Characters. */
  private static final long MOST = 1 << 24;

  /** The library takes a second for a hundred, and the time grows with the third power. */
  private static final int MOST_APPENDED = 100;

  /** A substitution; its first group is the path. */
  static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{\\??([^}]*)}");

  private static final int DEEPEST_INCLUDE = 100;

  private final ConfigObject root;
  private final Map<ConfigValue, Long> lengths = new IdentityHashMap<>();
  private int appended;

  private Expansion(ConfigObject root) {
    this.root = root;
  }

  /** Why the substitutions of {@code root} are not to be carried out; empty if they may be. */
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
    Long reckoned = lengths.get(value);
    if (reckoned != null) {
      return reckoned;
    }
    lengths.put(value, 0L);
    long length = 1;
    if (isOpen(value)) {
      for (String assigned : assignments(value.render(ConfigRenderOptions.concise()))) {
        length = assignedLength(value, assigned, length);
      }
    } else if (value instanceof ConfigObject object) {
      for (ConfigValue inner : object.values()) {
        length = add(length, length(inner));
      }
    } else if (value instanceof ConfigList list) {
      for (ConfigValue inner : list) {
        length = add(length, length(inner));
      }
    } else {
      length = add(length, value.render(ConfigRenderOptions.concise()).length());
    }
    lengths.put(value, length);
    return length;
  }

  /**
   * The length after one more value is assigned to a key.
   *
   * @param before the length until then: what a substitution of the key itself stands for, and what
   *     stays where objects are merged
   */
  private long assignedLength(ConfigValue value, String assigned, long before) {
    lengths.put(value, before);
    long length = assigned.length();
    boolean replaces = false;
    Matcher substitution = SUBSTITUTION.matcher(assigned);
    while (substitution.find()) {
      for (ConfigValue named : named(substitution.group(1))) {
        replaces |= named == value;
        length = add(length, length(named));
      }
    }
    appended += replaces ? 1 : 0;
    return replaces ? length : add(length, before);
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
   * What {@code path} may name: in an included file it can be relative to where that is included. A
   * value with substitutions stands for all within it.
   */
  private List<ConfigValue> named(String path) {
    List<String> keys;
    try {
      keys = ConfigUtil.splitPath(path);
    } catch (ConfigException e) {
      return List.of(); // a text in quotes that looks like a substitution
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

  /** The values assigned to one key one after another, which the library writes with commas. */
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

  private static long add(long one, long other) {
    return Math.min(MOST + 1, one + other);
  }
}
