package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.regex.Pattern;

/** The rule for layer names. It excludes underscores because DL4J splits parameter keys there. */
public final class LayerName {
  /** The rule in words, for messages. */
  public static final String RULE =
      "letters, digits and hyphens, a letter first, at most 64, not input";

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  private LayerName() {}

  /** Whether a layer may have that name; {@code input} is reserved for the network's input. */
  public static boolean allows(String name) {
    return PATTERN.matcher(name).matches() && !name.equals("input");
  }

  static void check(String name) {
    Checks.that(allows(name), "layer name", name + " (must be " + RULE + ")");
  }
}
