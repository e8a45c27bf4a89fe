package dev.convoy.worker.network.layer;

import dev.convoy.data.Checks;
import java.util.regex.Pattern;

/** The rule for names of layers. DL4J splits the keys of parameters at underscores. */
public final class LayerName {
  /** The rule, for people. */
  public static final String RULE =
      "letters, digits and hyphens, a letter first, at most 64, not input";

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  private LayerName() {}

  /** Whether a layer may be called so; {@code input} is what enters the network. */
  public static boolean allows(String name) {
    return PATTERN.matcher(name).matches() && !name.equals("input");
  }

  static void check(String name) {
    Checks.that(allows(name), "layer name", name + " (must be " + RULE + ")");
  }
}
