package dev.convoy.data.quality;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Files by the reasons why they are not in the dataset, while they are collected. */
final class Reasons implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int named;
  private final TreeMap<String, Long> files = new TreeMap<>();
  private final TreeMap<String, TreeSet<String>> first = new TreeMap<>();

  Reasons(int named) {
    this.named = named;
  }

  Reasons add(String reason, String name, long count) {
    files.merge(reason, count, Long::sum);
    keep(reason, name);
    return this;
  }

  Reasons merge(Reasons other) {
    other.files.forEach((reason, count) -> files.merge(reason, count, Long::sum));
    other.first.forEach((reason, names) -> names.forEach(name -> keep(reason, name)));
    return this;
  }

  private void keep(String reason, String name) {
    TreeSet<String> names = first.computeIfAbsent(reason, key -> new TreeSet<>());
    names.add(name);
    if (names.size() > named) {
      names.pollLast();
    }
  }

  /** Returns the reasons, the most frequent first. */
  List<ReasonCount> counts() {
    return files.entrySet().stream()
        .map(
            entry ->
                new ReasonCount(
                    entry.getKey(), entry.getValue(), List.copyOf(first.get(entry.getKey()))))
        .sorted(
            Comparator.comparing(ReasonCount::files).reversed().thenComparing(ReasonCount::reason))
        .toList();
  }
}
