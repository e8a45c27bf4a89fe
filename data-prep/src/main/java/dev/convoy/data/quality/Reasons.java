package dev.convoy.data.quality;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Files by the reasons why they are not in the dataset, while they are collected. Reasons that
 * differ by their numbers only are one.
 */
final class Reasons implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  private final int named;
  private final TreeMap<String, Kind> kinds = new TreeMap<>();

  Reasons(int named) {
    this.named = named;
  }

  /** Files of one reason, the first of them with their reasons in full. */
  private static final class Kind implements Serializable {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> first = new TreeMap<>();
    private final String some;
    private boolean hasSeveral;
    private long files;

    Kind(String some) {
      this.some = some;
    }

    void keep(String name, String reason, int named) {
      first.put(name, reason);
      hasSeveral |= !reason.equals(some);
      if (first.size() > named) {
        first.pollLastEntry();
      }
    }
  }

  Reasons add(String reason, String name, long count) {
    Kind kind = kind(reason);
    kind.files += count;
    kind.keep(name, reason, named);
    return this;
  }

  Reasons merge(Reasons other) {
    other
        .kinds
        .values()
        .forEach(
            theirs -> {
              Kind kind = kind(theirs.some);
              kind.files += theirs.files;
              kind.hasSeveral |= theirs.hasSeveral || !theirs.some.equals(kind.some);
              theirs.first.forEach((name, reason) -> kind.keep(name, reason, named));
            });
    return this;
  }

  private Kind kind(String reason) {
    return kinds.computeIfAbsent(NUMBERS.matcher(reason).replaceAll("N"), key -> new Kind(reason));
  }

  /** Returns the reasons, the most frequent first. */
  List<ReasonCount> counts() {
    return kinds.entrySet().stream()
        .map(entry -> count(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing(ReasonCount::files).reversed().thenComparing(ReasonCount::reason))
        .toList();
  }

  private static ReasonCount count(String reason, Kind kind) {
    List<String> names = List.copyOf(kind.first.keySet());
    return kind.hasSeveral
        ? new ReasonCount(reason, kind.files, names, kind.first.firstEntry().getValue())
        : new ReasonCount(kind.some, kind.files, names, "");
  }
}
