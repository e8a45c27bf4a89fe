package dev.convoy.worker.network.language;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that somebody probably meant. */
final class Suggestion {
  private static final int FARTHEST = 2;

  private Suggestion() {}

  /** {@code (did you mean kernel?)} after a space, or nothing if no word is near. */
  static String hint(String word, Collection<String> known) {
    return nearest(word, known).map(near -> " (did you mean " + near + "?)").orElse("");
  }

  /** The known word with the fewest edits, at most two and fewer than its letters. */
  static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= Math.min(FARTHEST, candidate.length() - 1))
        .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
  }

  /** Levenshtein's distance, letters without case. */
  private static int edits(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (Math.abs(a.length() - b.length()) > FARTHEST) {
      return FARTHEST + 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
