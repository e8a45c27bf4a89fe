package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
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

  /** Counts rows that were written. */
  static ScoredRows of(Dataset<Row> written) {
    Map<String, Long> labels = new LinkedHashMap<>();
    long errors = 0;
    double confidence = 0;
    List<Row> groups =
        written
            .groupBy("predicted_label")
            .agg(count(lit(1)).as("rows"), avg("confidence"))
            .orderBy(col("rows").desc(), col("predicted_label"))
            .collectAsList();
    long scored = 0;
    for (Row group : groups) {
      long rows = group.getLong(1);
      if (group.isNullAt(0)) {
        errors = rows;
      } else {
        labels.put(group.getString(0), rows);
        scored += rows;
        confidence += rows * group.getDouble(2);
      }
    }
    return new ScoredRows(
        scored + errors,
        errors,
        scored == 0 ? null : confidence / scored,
        labels,
        errors == 0 ? List.of() : reasons(written));
  }

  private static List<ScoreReport.Reason> reasons(Dataset<Row> written) {
    List<ScoreReport.Reason> reasons = new ArrayList<>();
    written
        .filter(col("error").isNotNull())
        .groupBy("error")
        .agg(count(lit(1)).as("rows"))
        .orderBy(col("rows").desc(), col("error"))
        .limit(MOST_REASONS)
        .collectAsList()
        .forEach(row -> reasons.add(new ScoreReport.Reason(row.getString(0), row.getLong(1))));
    return reasons;
  }
}
