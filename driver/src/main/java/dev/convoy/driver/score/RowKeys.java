package dev.convoy.driver.score;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The comparison of rows by their key columns. */
final class RowKeys {
  private RowKeys() {}

  /** Returns the condition that all keys are equal; two nulls are. */
  static Column same(List<Column> keys, List<Column> others) {
    return IntStream.range(0, keys.size())
        .mapToObj(index -> keys.get(index).eqNullSafe(others.get(index)))
        .reduce(Column::and)
        .orElseThrow();
  }

  /** Returns the key columns of rows that are named as {@link TableRows#key} does. */
  static List<Column> of(Dataset<Row> rows, int count) {
    return IntStream.range(0, count).mapToObj(index -> rows.col(TableRows.key(index))).toList();
  }
}
