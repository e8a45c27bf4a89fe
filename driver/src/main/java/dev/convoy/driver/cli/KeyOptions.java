package dev.convoy.driver.cli;

import dev.convoy.driver.config.Key;
import dev.convoy.driver.config.Keys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Adds a flag to a command for every key of a section, with the key's description. */
final class KeyOptions {
  private KeyOptions() {}

  /** Adds the flags of {@code section}, such as {@code train}. */
  static void add(CommandSpec command, String section) {
    for (Key<?> key : Keys.all()) {
      if (key.path().startsWith(section + ".")) {
        String meaning =
            Character.toUpperCase(key.meaning().charAt(0)) + key.meaning().substring(1);
        command.addOption(
            OptionSpec.builder(key.flag())
                .paramLabel("<" + key.unit() + ">")
                .type(String.class)
                .description(meaning + words(key) + " (default: " + key.defaultText() + ").")
                .build());
      }
    }
  }

  private static String words(Key<?> key) {
    List<String> words = key.reader().words();
    return words.isEmpty() ? "" : ": " + String.join(", ", words);
  }

  /** Returns the given values by key path. */
  static Map<String, String> given(CommandSpec command) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Key<?> key : Keys.all()) {
      String section = key.path().substring(0, key.path().indexOf('.'));
      if (section.equals(command.name())) {
        String value =
            command.commandLine().getParseResult().matchedOptionValue(key.flag(), (String) null);
        if (value != null) {
          values.put(key.path(), value);
        }
      }
    }
    return values;
  }
}
