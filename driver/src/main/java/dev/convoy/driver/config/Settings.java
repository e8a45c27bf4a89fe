package dev.convoy.driver.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.convoy.data.EditDistance;
import dev.convoy.data.Problems;
import dev.convoy.worker.network.language.HoconSyntax;
import dev.convoy.worker.network.language.SilentMerges;
import dev.convoy.worker.network.language.SilentMerges.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The values of all keys, from four layers in order of precedence: the flag, then {@code --set},
 * then {@code --conf}, then {@code conf/convoy.conf}.
 *
 * <p>Faults, such as a value out of range or an unknown key, are added to a {@link Problems}, and
 * the default is used instead, so that all faults are reported together.
 *
 * <p>Keys that begin with {@code spark.} are passed on to Spark.
 */
public final class Settings {
  private static final String SPARK = "spark.";

  /** Spark settings that have no effect once the driver's JVM runs, with the remedy. */
  private static final Map<String, String> TOO_LATE =
      Map.of(
          "spark.driver.extraClassPath",
          "cannot be changed when the driver runs (add jars by --jars or --packages)",
          "spark.driver.memory",
          "cannot be changed when the driver runs (set CONVOY_DRIVER_MEMORY before bin/convoy, or"
              + " use --driver-memory of spark-submit)",
          "spark.driver.extraJavaOptions",
          "cannot be changed when the driver runs (set CONVOY_JAVA_OPTIONS before bin/convoy, or"
              + " use --driver-java-options of spark-submit)");

  private final Map<String, Value> values;
  private final Problems problems;

  /**
   * The value of a key.
   *
   * @param flag the flag that gave it; empty if its key did
   * @param origin file and line that gave it, in parentheses, or empty
   * @param isChosen whether a user gave it; otherwise it may be the default of the shipped file
   */
  private record Value(String text, String flag, String origin, boolean isChosen) {}

  private Settings(Map<String, Value> values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /**
   * Reads all layers.
   *
   * @param shipped the file {@code conf/convoy.conf}, if it exists
   * @param conf the file of {@code --conf}
   * @param sets the {@code key=value} of {@code --set}, in order
   * @param flags values of flags by key path
   */
  public static Settings load(
      Optional<Path> shipped,
      Optional<Path> conf,
      List<String> sets,
      Map<String, String> flags,
      Problems problems) {
    Map<String, Value> values = new LinkedHashMap<>();
    shipped.ifPresent(file -> addFile(values, file, false, problems));
    conf.ifPresent(file -> addFile(values, file, true, problems));
    for (String set : sets) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        problems.add("--set " + set, "must have the form key=value");
        continue;
      }
      String text = set.substring(equals + 1).strip();
      addKnown(values, set.substring(0, equals).strip(), new Value(text, "", "", true), problems);
    }
    flags.forEach((path, text) -> values.put(path, new Value(text, flag(path), "", true)));
    return new Settings(values, problems);
  }

  /** Takes the values of a program by the paths of their keys; defaults may be among them. */
  public static Settings ofProgram(Map<String, String> given, Problems problems) {
    Map<String, Value> values = new LinkedHashMap<>();
    given.forEach((path, text) -> values.put(path, new Value(text, "", "", false)));
    return new Settings(values, problems);
  }

  /** Returns the value of a key; if it is invalid, records the fault and returns the default. */
  public <T> T get(Key<T> key) {
    Value value = values.get(key.path());
    if (value != null) {
      try {
        return key.reader().read(value.text);
      } catch (IllegalArgumentException e) {
        problems.add(place(key), e.getMessage() + value.origin);
      }
    }
    return key.reader().read(key.defaultText());
  }

  /** Names a value as it was given, {@code --batch 0} or {@code train.batch = 0}. */
  public String place(Key<?> key) {
    Value value = values.get(key.path());
    return name(key)
        + (value == null || value.flag.isEmpty() ? " = " : " ")
        + (value == null ? key.defaultText() : value.text);
  }

  /** Adds the fault of a value, with the file and line that gave it. */
  public void refuse(Key<?> key, String fault) {
    Value value = values.get(key.path());
    problems.add(place(key), fault + (value == null ? "" : value.origin));
  }

  /**
   * Adds the fault of two values that do not agree. The place is a value that was given, and a
   * default is called one.
   *
   * @param must what the first value must be, as seen from the second: {@code must be at least}
   * @param otherMust what the second value must be, as seen from the first
   */
  public void refusePair(Key<?> key, String must, Key<?> other, String otherMust) {
    if (isDefault(key) && !isDefault(other)) {
      refuse(other, otherMust + " " + counterpart(key, other));
    } else {
      refuse(key, must + " " + counterpart(other, key));
    }
  }

  private String counterpart(Key<?> key, Key<?> given) {
    if (!isDefault(key)) {
      return place(key);
    }
    Value value = values.get(given.path());
    String name = value == null || value.flag.isEmpty() ? key.path() : key.flag();
    return name + ", whose default is " + key.defaultText() + " (give both)";
  }

  private boolean isDefault(Key<?> key) {
    Value value = values.get(key.path());
    return value == null || (!value.isChosen && value.text.equals(key.defaultText()));
  }

  private String name(Key<?> key) {
    Value value = values.get(key.path());
    return value == null || value.flag.isEmpty() ? key.path() : value.flag;
  }

  /** Returns Spark's settings by name. */
  public Map<String, String> spark() {
    Map<String, String> spark = new LinkedHashMap<>();
    values.forEach(
        (path, value) -> {
          if (path.startsWith(SPARK)) {
            spark.put(path, value.text);
          }
        });
    return spark;
  }

  private static String flag(String path) {
    return Keys.all().stream()
        .filter(key -> key.path().equals(path))
        .map(Key::flag)
        .findFirst()
        .orElseThrow();
  }

  private static void addFile(
      Map<String, Value> values, Path file, boolean isChosen, Problems problems) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      problems.add("--conf " + file, "there is no such file");
      return;
    }
    try {
      Config config =
          ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF))
              .resolve(ConfigResolveOptions.noSystem());
      for (SilentMerges.Merge merge : SilentMerges.find(Files.readString(file), Parts.MANY)) {
        problems.add(merge.path(), merge.fault() + " (" + file + ", line " + merge.line() + ")");
      }
      for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
        ConfigValue value = entry.getValue();
        String origin = " (" + file + ", line " + value.origin().lineNumber() + ")";
        if (value.valueType() == ConfigValueType.LIST) {
          problems.add(entry.getKey(), "must be one value, not a list" + origin);
          continue;
        }
        String text = String.valueOf(value.unwrapped());
        addKnown(values, entry.getKey(), new Value(text, "", origin, isChosen), problems);
      }
    } catch (ConfigException.Parse e) {
      problems.add("--conf " + file, syntaxFault(file).orElse(e.getMessage()));
    } catch (ConfigException e) {
      problems.add("--conf " + file, e.getMessage());
    } catch (IOException e) {
      problems.add("--conf " + file, "cannot be read: " + e);
    }
  }

  private static Optional<String> syntaxFault(Path file) {
    try {
      return HoconSyntax.fault(Files.readString(file))
          .map(fault -> "line " + fault.line() + ": " + fault.reason());
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e);
    }
  }

  private static void addKnown(
      Map<String, Value> values, String path, Value value, Problems problems) {
    if (path.startsWith(SPARK)) {
      if (TOO_LATE.containsKey(path)) {
        problems.add(path, TOO_LATE.get(path) + value.origin);
      } else {
        values.put(path, value);
      }
      return;
    }
    if (Keys.all().stream().noneMatch(key -> key.path().equals(path))) {
      problems.add(path, "there is no such key" + nearest(path) + value.origin);
      return;
    }
    values.put(path, value);
  }

  private static String nearest(String path) {
    List<String> near = new ArrayList<>();
    String last = path.substring(path.lastIndexOf('.') + 1);
    for (Key<?> key : Keys.all()) {
      if (key.path().equalsIgnoreCase(path)
          || key.path().endsWith("." + last)
          || EditDistance.between(key.path(), path) <= 2) {
        near.add(key.path());
      }
    }
    return near.isEmpty()
        ? " (conf/convoy.conf lists all keys)"
        : near.stream().collect(Collectors.joining(" or ", "; did you mean ", "?"));
  }
}
