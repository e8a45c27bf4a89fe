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
 * One object of a definition, read key by key.
 *
 * <p>A faulty value is reported and a harmless one returned, so that reading goes on and finds the
 * other faults; what was read counts only if there are none. A key that is null counts as absent.
 * Required keys that are absent, and keys that nobody asked for, are faults: {@link
 * #refuseUnknown()}.
 */
final class Fields {
  /** Second names that are taken for a word; canonical JSON has the word. */
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

  /** The value as it stands; empty if absent. */
  Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key))
        .filter(value -> value.valueType() != ConfigValueType.NULL);
  }

  /** An object within this one; empty if absent or faulty. */
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

  /** A required list; empty if absent or faulty. */
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

  /** A required text; empty text if faulty. */
  String text(String key) {
    return required(key, "a text").map(value -> text(value, path(key))).orElse("");
  }

  /** The name of a layer; empty if absent or faulty. */
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

  /** A required whole number from {@code low} to {@code high}. */
  int whole(String key, int low, int high) {
    return required(key, wholeRule(low, high))
        .map(value -> whole(value, path(key), low, high).orElse(low))
        .orElse(low);
  }

  /** A required fraction, at least 0 and less than 1. */
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

  /** A whole number from {@code low} to {@code high}, {@code otherwise} if absent. */
  int whole(String key, int low, int high, int otherwise) {
    return value(key)
        .map(value -> whole(value, path(key), low, high).orElse(otherwise))
        .orElse(otherwise);
  }

  /** A fraction, at least 0 and less than 1; {@code otherwise} if absent. */
  double fraction(String key, double otherwise) {
    return value(key).isPresent() ? fraction(key) : otherwise;
  }

  /** A number from {@code low} to {@code high}, {@code otherwise} if absent. */
  double number(String key, double low, double high, double otherwise) {
    return optionalNumber(key, low, high).orElse(otherwise);
  }

  /** A number from {@code low} to {@code high}; empty if absent or faulty. */
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

  /** True or false, {@code otherwise} if absent. */
  boolean flag(String key, boolean otherwise) {
    return value(key)
        .map(
            value -> {
              if (value.unwrapped() instanceof Boolean flag) {
                return flag;
              }
              faults.add(value, path(key), "must be true or false");
              return otherwise;
            })
        .orElse(otherwise);
  }

  /** A required word for one of the constants of {@code type}. */
  <E extends Enum<E>> E choice(String key, Class<E> type, Function<E, String> word) {
    List<E> choices = Arrays.asList(type.getEnumConstants());
    return required(key, words(choices, word))
        .map(value -> choice(value, path(key), choices.get(0), word))
        .orElse(choices.get(0));
  }

  /** A word for one constant, {@code otherwise} if absent. */
  <E extends Enum<E>> E choice(String key, E otherwise, Function<E, String> word) {
    return value(key).map(value -> choice(value, path(key), otherwise, word)).orElse(otherwise);
  }

  /** A required size: {@code [rows, columns]}, or one number for both. */
  Size size(String key) {
    return required(key, Pair.rule(1)).map(value -> size(value, key, Size.ONE)).orElse(Size.ONE);
  }

  /** A size, {@code otherwise} if absent. */
  Size size(String key, Size otherwise) {
    return value(key).map(value -> size(value, key, otherwise)).orElse(otherwise);
  }

  /**
   * A padding: {@code valid} (also if absent), {@code same}, {@code [rows, columns]}, a number, or
   * an object with {@code top}, {@code bottom}, {@code left} and {@code right}.
   */
  Padding padding(String key) {
    return value(key).map(value -> padding(value, path(key))).orElse(Padding.valid());
  }

  /**
   * Reports every required key that is missing, and every key that was not asked for, in the order
   * of the file. A key that is nearly a missing one stands for it: that is one fault and not two.
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

  /** A required value; where it is absent, {@link #refuseUnknown()} says so. */
  private Optional<ConfigValue> required(String key, String rule) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      missing.put(key, rule);
    }
    return value;
  }

  private String text(ConfigValue value, String at) {
    if (value.unwrapped() instanceof String text && !text.isBlank()) {
      return text;
    }
    faults.add(value, at, "must be a text that is not empty");
    return "";
  }

  private static String wholeRule(int low, int high) {
    return String.format(Locale.ROOT, "a whole number from %s to %s", low, high);
  }

  private OptionalInt whole(ConfigValue value, String at, int low, int high) {
    if (isWhole(value, low, high)) {
      return OptionalInt.of(((Number) value.unwrapped()).intValue());
    }
    faults.add(value, at, "must be " + wholeRule(low, high));
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
      ConfigValue value, String at, E otherwise, Function<E, String> word) {
    List<E> choices = Arrays.asList(otherwise.getDeclaringClass().getEnumConstants());
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
      faults.add(value, at, "must be " + words(choices, word) + hint);
    }
    return chosen.orElse(otherwise);
  }

  private static <E> String words(List<E> choices, Function<E, String> word) {
    return choices.stream().map(word).collect(Collectors.joining(", ", "one of ", ""));
  }

  private Size size(ConfigValue value, String key, Size otherwise) {
    Optional<Pair> pair = Pair.of(value, 1);
    if (pair.isEmpty()) {
      faults.add(value, path(key), "must be " + Pair.rule(1));
    }
    return pair.map(both -> new Size(both.rows(), both.columns())).orElse(otherwise);
  }

  private Padding padding(ConfigValue value, String at) {
    if ("valid".equals(value.unwrapped())) {
      return Padding.valid();
    }
    if ("same".equals(value.unwrapped())) {
      return Padding.same();
    }
    if (value instanceof ConfigObject sides) {
      Fields in = new Fields(sides, at, faults);
      Padding padding =
          Padding.of(side(in, "top"), side(in, "bottom"), side(in, "left"), side(in, "right"));
      in.refuseUnknown();
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
          at,
          "must be same, valid, { top, bottom, left, right }, or " + Pair.rule(0) + hint);
    }
    return pair.map(both -> Padding.of(both.rows(), both.columns())).orElse(Padding.valid());
  }

  private static int side(Fields in, String key) {
    return in.whole(key, 0, Size.MAXIMUM, 0);
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
