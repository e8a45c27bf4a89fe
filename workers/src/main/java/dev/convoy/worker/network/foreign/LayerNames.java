package dev.convoy.worker.network.foreign;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Converts foreign names into unique names of the language: letters, digits and hyphens, a letter
 * first, at most 64 and not {@code input}.
 */
final class LayerNames {
  private static final int LONGEST = 64;
  private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9]+");
  private static final Pattern OUTER_HYPHENS = Pattern.compile("^-|-$");
  private static final Pattern LETTER_FIRST = Pattern.compile("^[A-Za-z].*");

  private final Set<String> taken = new HashSet<>(Set.of("input"));

  /** Returns a name derived from {@code foreign} that no other layer has. */
  String unique(String foreign) {
    String hyphens = OTHERS.matcher(foreign).replaceAll("-");
    String name = OUTER_HYPHENS.matcher(hyphens).replaceAll("");
    if (!LETTER_FIRST.matcher(name).matches()) {
      name = name.isEmpty() ? "layer" : "layer-" + name;
    }
    String unique = cut(name, "");
    for (int i = 2; !taken.add(unique); i++) {
      unique = cut(name, "-" + i);
    }
    return unique;
  }

  private static String cut(String name, String suffix) {
    return name.substring(0, Math.min(name.length(), LONGEST - suffix.length())) + suffix;
  }
}
