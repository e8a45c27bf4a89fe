package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampType;

/**
 * The ranges of the keys of wanted rows. A join would find the rows too, but Delta Lake, Iceberg,
 * Parquet and ORC know the ranges of their files, and do not read the images of files that a filter
 * leaves out.
 */
final class KeyRanges {
  /** Number of values that are computed for each key: least, largest, and whether none is null. */
  private static final int VALUES = 3;

  private KeyRanges() {}

  /**
   * Leaves out rows whose keys lie outside of the ranges of wanted keys.
   *
   * @param keys key columns of {@code rows}
   * @param wanted at least one row, with the keys as {@link TableRows#key} names them
   */
  static Dataset<Row> filter(Dataset<Row> rows, List<Column> keys, Dataset<Row> wanted) {
    List<Integer> ordered =
        IntStream.range(0, keys.size())
            .filter(index -> isOrdered(wanted.schema().apply(TableRows.key(index)).dataType()))
            .boxed()
            .toList();
    List<Column> values = new ArrayList<>();
    for (int index : ordered) {
      Column key = wanted.col(TableRows.key(index));
      values.add(min(key));
      values.add(max(key));
      values.add(count(key).equalTo(count(lit(1))));
    }
    if (values.isEmpty()) {
      return rows;
    }
    Row found =
        wanted.agg(values.get(0), values.subList(1, values.size()).toArray(Column[]::new)).head();
    Dataset<Row> within = rows;
    for (int place = 0; place < ordered.size(); place++) {
      Object least = found.get(VALUES * place);
      // A null lies in no range.
      boolean complete = found.getBoolean(VALUES * place + 2);
      if (least != null && complete) {
        Column key = keys.get(ordered.get(place));
        within = within.filter(key.between(least, found.get(VALUES * place + 1)));
      }
    }
    return within;
  }

  /** Returns whether the order of a type is that of the statistics of files. */
  private static boolean isOrdered(DataType type) {
    return type instanceof IntegralType
        || type instanceof StringType
        || type instanceof DateType
        || type instanceof TimestampType;
  }
}
