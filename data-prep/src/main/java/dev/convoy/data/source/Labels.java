package dev.convoy.data.source;

import dev.convoy.data.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks of label names. */
final class Labels {
  private Labels() {}

  static void requireDistinct(List<String> names, String where, Problems problems) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()) {
        problems.add(where, "a label name is empty");
      } else if (!seen.add(name)) {
        problems.add(where, "the label " + name + " is named twice");
      }
    }
  }
}
