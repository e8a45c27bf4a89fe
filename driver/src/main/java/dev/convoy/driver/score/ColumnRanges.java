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
 * The ranges of the columns of wanted rows. A join would find the rows too, but Delta Lake,
 * Iceberg, Parquet and ORC know the ranges of their files, and do not read the images of files that
 * a filter leaves out. New rows of most tables have a new date or number, even if their keys are
 * random.
 */
final class ColumnRanges {
  /**
   * Number of values that are computed for each column: least, largest, and whether none is null.
   */
  private static final int VALUES = 3;

  private ColumnRanges() {}

  /**
   * Leaves out rows with a value outside of the range of the wanted rows.
   *
   * @param columns columns of {@code rows}
   * @param wanted at least one row, with the same columns
   * @param names names of the columns in {@code wanted}, in the order of {@code columns}
   */
  static Dataset<Row> filter(
      Dataset<Row> rows, List<Column> columns, Dataset<Row> wanted, List<String> names) {
    List<Integer> ordered =
        IntStream.range(0, names.size())
            .filter(index -> isOrdered(wanted.schema().apply(names.get(index)).dataType()))
            .boxed()
            .toList();
    List<Column> values = new ArrayList<>();
    for (int index : ordered) {
      Column value = wanted.col(names.get(index));
      values.add(min(value));
      values.add(max(value));
      values.add(count(value).equalTo(count(lit(1))));
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
        Column value = columns.get(ordered.get(place));
        within = within.filter(value.between(least, found.get(VALUES * place + 1)));
      }
    }
    return within;
  }

  /** Returns whether the order of a type is that of the statistics of files. */
  private static boolean isOrdered(DataType type) {
    return type instanceof StringType || isShort(type);
  }

  /**
   * Returns whether values of an ordered type take few bytes, so that a column of them is cheap.
   */
  static boolean isShort(DataType type) {
    return type instanceof IntegralType
        || type instanceof DateType
        || type instanceof TimestampType;
  }
}
