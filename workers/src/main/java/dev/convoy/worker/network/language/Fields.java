package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.convoy.worker.network.layer.LayerName;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Size;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads one object of a definition key by key.
 *
 * <p>A faulty value is reported and a valid placeholder returned, so that reading continues and
 * finds the other faults; the results are valid only if there are none. A key whose value is null
 * counts as absent. {@link #refuseUnknown()} reports required keys that are absent and keys that
 * were not read.
 */
final class Fields {
  /** Accepted synonyms of words; canonical JSON has the word. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("silu", "swish", "linear", "identity", "avg", "average");

  private final ConfigObject object;
  private final String path;
  private final Faults faults;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * @param path of the object from the root, empty for the root itself
   */
  Fields(ConfigObject object, String path, Faults faults) {
    this.object = object;
    this.path = path;
    this.faults = faults;
  }

  ConfigOrigin origin() {
    return object.origin();
  }

  String path() {
    return path;
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Returns the raw value; empty if absent. */
  Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key))
        .filter(value -> value.valueType() != ConfigValueType.NULL);
  }

  /** Reads a nested object; empty if absent or faulty. */
  Optional<Fields> object(String key) {
    return value(key)
        .flatMap(
            value -> {
              if (value instanceof ConfigObject inner) {
                return Optional.of(new Fields(inner, path(key), faults));
              }
              faults.add(value, path(key), "must be an object, { ... }");
              return Optional.empty();
            });
  }

  /** Reads a required list; empty if absent or faulty. */
  Optional<ConfigList> list(String key) {
    return required(key, "a list, [ ... ]")
        .flatMap(
            value -> {
              if (value instanceof ConfigList list) {
                return Optional.of(list);
              }
              faults.add(value, path(key), "must be a list, [ ... ]");
              return Optional.empty();
            });
  }

  /** Reads a required text; an empty text if faulty. */
  String text(String key) {
    return required(key, "a text").map(value -> text(value, path(key))).orElse("");
  }

  /** Reads the name of a layer; empty if absent or faulty. */
  Optional<String> layerName() {
    return value("name")
        .filter(
            value -> {
              boolean good = value.unwrapped() instanceof String text && LayerName.allows(text);
              if (!good) {
                faults.add(value, path("name"), "must be " + LayerName.RULE);
              }
              return good;
            })
        .map(value -> (String) value.unwrapped());
  }

  /** Reads a required whole number from {@code low} to {@code high}. */
  int whole(String key, int low, int high) {
    return required(key, wholeRule(low, high))
        .map(value -> whole(value, path(key), low, high).orElse(low))
        .orElse(low);
  }

  /** Reads a required fraction, at least 0 and less than 1. */
  double fraction(String key) {
    String rule = "a number of at least 0 and less than 1";
    return required(key, rule)
        .map(
            value -> {
              if (value.unwrapped() instanceof Number number
                  && number.doubleValue() >= 0
                  && number.doubleValue() < 1) {
                return number.doubleValue();
              }
              faults.add(value, path(key), "must be " + rule);
              return 0.0;
            })
        .orElse(0.0);
  }

  /** Reads a whole number from {@code low} to {@code high}; {@code defaultValue} if absent. */
  int whole(String key, int low, int high, int defaultValue) {
    return value(key)
        .map(value -> whole(value, path(key), low, high).orElse(defaultValue))
        .orElse(defaultValue);
  }

  /** Reads a fraction, at least 0 and less than 1; {@code defaultValue} if absent. */
  double fraction(String key, double defaultValue) {
    return value(key).isPresent() ? fraction(key) : defaultValue;
  }

  /** Reads a number from {@code low} to {@code high}; {@code defaultValue} if absent. */
  double number(String key, double low, double high, double defaultValue) {
    return optionalNumber(key, low, high).orElse(defaultValue);
  }

  /** Reads a number from {@code low} to {@code high}; empty if absent or faulty. */
  Optional<Double> optionalNumber(String key, double low, double high) {
    return value(key)
        .flatMap(
            value -> {
              if (value.unwrapped() instanceof Number number
                  && number.doubleValue() >= low
                  && number.doubleValue() <= high) {
                return Optional.of(number.doubleValue());
              }
              String bounds =
                  low == Double.MIN_NORMAL
                      ? "above 0, at most " + shown(high)
                      : "from " + shown(low) + " to " + shown(high);
              faults.add(value, path(key), "must be a number " + bounds);
              return Optional.empty();
            });
  }

  private static String shown(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }

  /** Reads true or false; {@code defaultValue} if absent. */
  boolean flag(String key, boolean defaultValue) {
    return value(key)
        .map(
            value -> {
              if (value.unwrapped() instanceof Boolean flag) {
                return flag;
              }
              faults.add(value, path(key), "must be true or false");
              return defaultValue;
            })
        .orElse(defaultValue);
  }

  /** Reads a required word for one of the constants of {@code type}. */
  <E extends Enum<E>> E choice(String key, Class<E> type, Function<E, String> word) {
    List<E> choices = Arrays.asList(type.getEnumConstants());
    return required(key, words(choices, word))
        .map(value -> choice(value, path(key), choices.get(0), word))
        .orElse(choices.get(0));
  }

  /** Reads a word for one of the constants; {@code defaultValue} if absent. */
  <E extends Enum<E>> E choice(String key, E defaultValue, Function<E, String> word) {
    return value(key)
        .map(value -> choice(value, path(key), defaultValue, word))
        .orElse(defaultValue);
  }

  /** Reads a required size: {@code [rows, columns]}, or one number for both. */
  Size size(String key) {
    return required(key, Pair.rule(1)).map(value -> size(value, key, Size.ONE)).orElse(Size.ONE);
  }

  /** Reads a size; {@code defaultValue} if absent. */
  Size size(String key, Size defaultValue) {
    return value(key).map(value -> size(value, key, defaultValue)).orElse(defaultValue);
  }

  /**
   * Reads a padding: {@code valid} (also if absent), {@code same}, {@code [rows, columns]}, a
   * number, or an object with {@code top}, {@code bottom}, {@code left} and {@code right}.
   */
  Padding padding(String key) {
    return value(key).map(value -> padding(value, path(key))).orElse(Padding.valid());
  }

  /**
   * Reports every required key that is missing and every key that was not read, in the order of the
   * file. A key spelt almost like a missing one is reported as one fault, not two.
   */
  void refuseUnknown() {
    List<Map.Entry<String, ConfigValue>> unknown =
        object.entrySet().stream()
            .filter(entry -> !known.contains(entry.getKey()))
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, ConfigValue> entry) ->
                            entry.getValue().origin().lineNumber())
                    .thenComparing(Map.Entry::getKey))
            .toList();
    unknown.forEach(entry -> Suggestion.nearest(entry.getKey(), known).ifPresent(missing::remove));
    missing.forEach(
        (key, rule) -> faults.add(object.origin(), path(key), "is missing: add " + rule));
    missing.clear();
    for (Map.Entry<String, ConfigValue> entry : unknown) {
      faults.add(
          entry.getValue().origin(),
          path(entry.getKey()),
          "unknown key"
              + Suggestion.hint(entry.getKey(), known)
              + "; known here: "
              + String.join(", ", known));
    }
  }

  /** Reads a required value; {@link #refuseUnknown()} reports it if absent. */
  private Optional<ConfigValue> required(String key, String rule) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      missing.put(key, rule);
    }
    return value;
  }

  private String text(ConfigValue value, String place) {
    if (value.unwrapped() instanceof String text && !text.isBlank()) {
      return text;
    }
    faults.add(value, place, "must be a text that is not empty");
    return "";
  }

  private static String wholeRule(int low, int high) {
    return String.format(Locale.ROOT, "a whole number from %s to %s", low, high);
  }

  private OptionalInt whole(ConfigValue value, String place, int low, int high) {
    if (isWhole(value, low, high)) {
      return OptionalInt.of(((Number) value.unwrapped()).intValue());
    }
    faults.add(value, place, "must be " + wholeRule(low, high));
    return OptionalInt.empty();
  }

  private static boolean isWhole(ConfigValue value, int low, int high) {
    if (!(value.unwrapped() instanceof Number number)) {
      return false;
    }
    double exact = number.doubleValue();
    return exact == Math.rint(exact) && exact >= low && exact <= high;
  }

  private <E extends Enum<E>> E choice(
      ConfigValue value, String place, E defaultValue, Function<E, String> word) {
    List<E> choices = Arrays.asList(defaultValue.getDeclaringClass().getEnumConstants());
    Object written = value.unwrapped();
    Optional<E> chosen =
        choices.stream()
            .filter(
                one ->
                    word.apply(one).equals(written)
                        || word.apply(one).equals(OTHER_NAMES.get(String.valueOf(written))))
            .findFirst();
    if (chosen.isEmpty()) {
      List<String> known = choices.stream().map(word).collect(Collectors.toList());
      String hint = value.unwrapped() instanceof String text ? Suggestion.hint(text, known) : "";
      faults.add(value, place, "must be " + words(choices, word) + hint);
    }
    return chosen.orElse(defaultValue);
  }

  private static <E> String words(List<E> choices, Function<E, String> word) {
    return choices.stream().map(word).collect(Collectors.joining(", ", "one of ", ""));
  }

  private Size size(ConfigValue value, String key, Size defaultValue) {
    Optional<Pair> pair = Pair.of(value, 1);
    if (pair.isEmpty()) {
      faults.add(value, path(key), "must be " + Pair.rule(1));
    }
    return pair.map(both -> new Size(both.rows(), both.columns())).orElse(defaultValue);
  }

  private Padding padding(ConfigValue value, String place) {
    if ("valid".equals(value.unwrapped())) {
      return Padding.valid();
    }
    if ("same".equals(value.unwrapped())) {
      return Padding.same();
    }
    if (value instanceof ConfigObject sides) {
      Fields fields = new Fields(sides, place, faults);
      Padding padding =
          Padding.of(
              side(fields, "top"),
              side(fields, "bottom"),
              side(fields, "left"),
              side(fields, "right"));
      fields.refuseUnknown();
      return padding;
    }
    Optional<Pair> pair = Pair.of(value, 0);
    if (pair.isEmpty()) {
      String hint =
          value.unwrapped() instanceof String text
              ? Suggestion.hint(text, List.of("same", "valid"))
              : "";
      faults.add(
          value,
          place,
          "must be same, valid, { top, bottom, left, right }, or " + Pair.rule(0) + hint);
    }
    return pair.map(both -> Padding.of(both.rows(), both.columns())).orElse(Padding.valid());
  }

  private static int side(Fields fields, String key) {
    return fields.whole(key, 0, Size.MAXIMUM, 0);
  }

  /** {@code [rows, columns]}, or one number for both. */
  private record Pair(int rows, int columns) {
    static Optional<Pair> of(ConfigValue value, int low) {
      List<? extends ConfigValue> parts =
          value instanceof ConfigList list ? list : List.of(value, value);
      if (parts.size() != 2 || !parts.stream().allMatch(part -> isWhole(part, low, Size.MAXIMUM))) {
        return Optional.empty();
      }
      return Optional.of(new Pair(number(parts.get(0)), number(parts.get(1))));
    }

    private static int number(ConfigValue value) {
      return ((Number) value.unwrapped()).intValue();
    }

    static String rule(int low) {
      return String.format(
          Locale.ROOT,
          "[rows, columns] or one number, each a whole number from %s to %s",
          low,
          Size.MAXIMUM);
    }
  }
}
