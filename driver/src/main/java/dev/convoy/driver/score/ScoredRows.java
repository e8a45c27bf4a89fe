package dev.convoy.driver.score;

import dev.convoy.driver.sql.InternalRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the rows of a scoring job are.
 *
 * @param rows number of rows
 * @param errors number of rows without a prediction
 * @param meanConfidence mean of the confidence of all predictions; null without a prediction
 * @param labels number of rows that each label was predicted for, the largest first; labels that
 *     were never predicted are left out
 * @param reasons most frequent reasons for rows without a prediction, the most frequent first
 */
record ScoredRows(
    long rows,
    long errors,
    Double meanConfidence,
    Map<String, Long> labels,
    List<ScoreReport.Reason> reasons) {
  /** Largest number of reasons that are told. A reason may name a file, so there may be many. */
  private static final int MOST_REASONS = 10;

  /** Largest number of different reasons that are counted in one partition. */
  private static final int MOST_COUNTED = 1_000;

  /** The reason under which the reasons beyond that number are counted. */
  private static final String OTHERS = "other reasons, too many to count each";

  /** The counts of one partition. */
  private static final class Part implements InternalRows.Summary<Part> {
    private static final long serialVersionUID = 1L;

    final Map<String, Long> labels = new HashMap<>();
    final Map<String, Long> reasons = new HashMap<>();
    double confidence;

    @Override
    public void add(InternalRows.Cells cells) {
      if (cells.isNull(0)) {
        String reason = cells.text(2);
        boolean counted = reasons.size() < MOST_COUNTED || reasons.containsKey(reason);
        reasons.merge(counted ? reason : OTHERS, 1L, Long::sum);
      } else {
        labels.merge(cells.text(0), 1L, Long::sum);
        confidence += cells.number(1);
      }
    }

    void merge(Part other) {
      other.labels.forEach((label, rows) -> labels.merge(label, rows, Long::sum));
      other.reasons.forEach((reason, rows) -> reasons.merge(reason, rows, Long::sum));
      confidence += other.confidence;
    }
  }

  /** Counts rows that were scored, in one pass over them. */
  static ScoredRows of(Dataset<Row> scored) {
    Part all = new Part();
    InternalRows.summaries(
            scored.select(ScoreColumns.PREDICTED_LABEL, "confidence", "error"), Part::new)
        .forEach(all::merge);
    long predictions = all.labels.values().stream().mapToLong(Long::longValue).sum();
    long errors = all.reasons.values().stream().mapToLong(Long::longValue).sum();
    Map<String, Long> labels = new LinkedHashMap<>();
    List<ScoreReport.Reason> reasons = new ArrayList<>();
    largestFirst(all.labels).forEach(label -> labels.put(label.getKey(), label.getValue()));
    largestFirst(all.reasons).stream()
        .limit(MOST_REASONS)
        .forEach(reason -> reasons.add(new ScoreReport.Reason(reason.getKey(), reason.getValue())));
    return new ScoredRows(
        predictions + errors,
        errors,
        predictions == 0 ? null : all.confidence / predictions,
        labels,
        reasons);
  }

  /**
   * Counts the rows of each value of a column.
   *
   * @param labels rows with one column of strings; rows without a value are left out
   */
  static Map<String, Long> labelsOf(Dataset<Row> labels) {
    Map<String, Long> all = new HashMap<>();
    InternalRows.summaries(labels, Labels::new)
        .forEach(part -> part.rows.forEach((label, rows) -> all.merge(label, rows, Long::sum)));
    return all;
  }

  /** The number of rows of each label in one partition. */
  private static final class Labels implements InternalRows.Summary<Labels> {
    private static final long serialVersionUID = 1L;

    final Map<String, Long> rows = new HashMap<>();

    @Override
    public void add(InternalRows.Cells cells) {
      if (!cells.isNull(0)) {
        rows.merge(cells.text(0), 1L, Long::sum);
      }
    }
  }

  private static List<Map.Entry<String, Long>> largestFirst(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }
}
