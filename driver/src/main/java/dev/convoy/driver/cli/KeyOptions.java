package dev.convoy.driver.cli;

import dev.convoy.driver.config.Key;
import dev.convoy.driver.config.Keys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of commands that set keys, with the descriptions of the keys. */
final class KeyOptions {
  /** The keys of {@code train} on which the projection of {@code plan} depends. */
  private static final List<Key<?>> OF_PLAN =
      List.of(
          Keys.TRAIN_EPOCHS,
          Keys.TRAIN_BATCH,
          Keys.TRAIN_AVERAGE_EVERY,
          Keys.TRAIN_OPTIMIZER,
          Keys.TRAIN_UPDATER_STATE,
          Keys.TRAIN_SENT,
          Keys.TRAIN_OVERLAP);

  private KeyOptions() {}

  /** Returns the keys that a command has flags for: those of the section of its name. */
  private static List<Key<?>> of(String command) {
    return command.equals("plan")
        ? OF_PLAN
        : Keys.all().stream().filter(key -> key.path().startsWith(command + ".")).toList();
  }

  /** Adds the flags of a command. */
  static void add(CommandSpec command) {
    for (Key<?> key : of(command.name())) {
      String meaning = Character.toUpperCase(key.meaning().charAt(0)) + key.meaning().substring(1);
      command.addOption(
          OptionSpec.builder(key.flag())
              .paramLabel("<" + key.unit() + ">")
              .type(String.class)
              .description(meaning + words(key) + " (default: " + key.defaultText() + ").")
              .build());
    }
  }

  private static String words(Key<?> key) {
    List<String> words = key.reader().words();
    return words.isEmpty() ? "" : ": " + String.join(", ", words);
  }

  /** Returns the given values by key path. */
  static Map<String, String> given(CommandSpec command) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Key<?> key : of(command.name())) {
      String value =
          command.commandLine().getParseResult().matchedOptionValue(key.flag(), (String) null);
      if (value != null) {
        values.put(key.path(), value);
      }
    }
    return values;
  }
}
