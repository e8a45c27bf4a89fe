package dev.convoy.driver.score;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How the labels of the scored rows differ from those of other rows.
 *
 * @param distance total variation distance of the two distributions of labels, {@code ½·Σ|p−q|},
 *     from 0 (equal) to 1 (no label in common)
 * @param labels labels whose shares differ most, the largest difference first
 */
public record Drift(double distance, List<Drift.Shift> labels) {
  /** Largest number of labels that are told. */
  private static final int MOST_LABELS = 3;

  /**
   * A label whose share differs.
   *
   * @param label name of the label
   * @param share share of the rows that were scored, from 0 to 1
   * @param before share of the other rows
   */
  public record Shift(String label, double share, double before) {
    double size() {
      return Math.abs(share - before);
    }
  }

  public Drift {
    labels = List.copyOf(labels);
  }

  /**
   * Compares numbers of rows by label.
   *
   * @param now rows that were scored; labels without rows may be missing
   * @param before other rows
   * @return empty if there are no rows on one side
   */
  static Optional<Drift> between(Map<String, Long> now, Map<String, Long> before) {
    double all = now.values().stream().mapToLong(Long::longValue).sum();
    double allBefore = before.values().stream().mapToLong(Long::longValue).sum();
    if (all == 0 || allBefore == 0) {
      return Optional.empty();
    }
    TreeSet<String> labels = new TreeSet<>(now.keySet());
    labels.addAll(before.keySet());
    Map<String, Shift> shifts = new LinkedHashMap<>();
    for (String label : labels) {
      shifts.put(
          label,
          new Shift(
              label,
              now.getOrDefault(label, 0L) / all,
              before.getOrDefault(label, 0L) / allBefore));
    }
    double sum = shifts.values().stream().mapToDouble(Shift::size).sum();
    List<Shift> largest =
        shifts.values().stream()
            .filter(shift -> shift.size() > 0)
            .sorted(Comparator.comparingDouble(Shift::size).reversed())
            .limit(MOST_LABELS)
            .toList();
    return Optional.of(new Drift(sum / 2, largest));
  }
}
