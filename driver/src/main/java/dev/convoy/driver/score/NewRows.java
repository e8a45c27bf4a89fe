package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of an input whose keys are not among those of an output. The output itself tells what
 * has been scored, so no other record can disagree with it.
 *
 * @param rows the new rows
 * @param count number of them
 * @param all number of rows of the input
 * @param kept the keys of the new rows, which Spark keeps until this is closed
 */
record NewRows(InputRows rows, long count, long all, Optional<Dataset<Row>> kept)
    implements AutoCloseable {
  /** Largest number of keys that a message names. */
  private static final int MOST_NAMED = 3;

  /**
   * Finds the new rows.
   *
   * @param names names of the key columns
   * @param scored key columns of the rows that need not be scored, in the order of {@code names};
   *     empty if there are none
   * @throws InvalidRequestException if a key occurs twice in the input
   */
  static NewRows of(InputRows input, List<String> names, Optional<Dataset<Row>> scored) {
    Dataset<Row> keys = input.keys();
    requireKeys(keys.schema(), names);
    List<Column> columns = RowKeys.of(keys, names.size());
    long all = requireUnique(keys, columns, names);
    if (scored.isEmpty() || all == 0) {
      return new NewRows(input, all, all, Optional.empty());
    }
    Dataset<Row> done =
        scored
            .get()
            .toDF(
                IntStream.range(0, names.size())
                    .mapToObj(index -> "__done" + index)
                    .toArray(String[]::new));
    Column same = RowKeys.same(columns, Arrays.stream(done.columns()).map(done::col).toList());
    Dataset<Row> fresh = keys.join(done, same, "left_anti").persist(StorageLevel.DISK_ONLY());
    long count = fresh.count();
    return new NewRows(
        count == all ? input : input.only(fresh, count), count, all, Optional.of(fresh));
  }

  @Override
  public void close() {
    kept.ifPresent(Dataset::unpersist);
  }

  private static void requireKeys(StructType schema, List<String> names) {
    Problems problems = new Problems();
    for (int index = 0; index < names.size(); index++) {
      StructField field = schema.apply(TableRows.key(index));
      if (field.dataType() instanceof MapType) {
        problems.add(
            "column " + names.get(index),
            "is a map, and maps cannot be compared (name the columns that tell rows apart with"
                + " --keys)");
      }
    }
    if (names.isEmpty()) {
      problems.add("there is no column that tells rows apart (name such columns with --keys)");
    }
    problems.refuseIfAny("Cannot score new rows only");
  }

  /** Returns the number of rows, whose keys are all different. */
  private static long requireUnique(Dataset<Row> keys, List<Column> columns, List<String> names) {
    Dataset<Row> groups =
        keys.groupBy(columns.toArray(Column[]::new)).agg(functions.count(lit(1)).as("__rows"));
    Row numbers = groups.agg(coalesce(sum("__rows"), lit(0L)), max("__rows")).head();
    long all = numbers.getLong(0);
    if (all > 0 && numbers.getLong(1) > 1) {
      List<Row> repeated = groups.filter(col("__rows").gt(1)).limit(MOST_NAMED + 1).collectAsList();
      List<String> named = new ArrayList<>();
      for (Row row : repeated.subList(0, Math.min(MOST_NAMED, repeated.size()))) {
        List<String> values = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
          values.add(names.get(index) + " " + text(row.get(index)));
        }
        named.add(String.join(", ", values) + " (" + row.getLong(names.size()) + " rows)");
      }
      throw new InvalidRequestException(
          "Cannot score new rows only: the keys "
              + String.join(", ", names)
              + " do not tell all rows apart: "
              + String.join("; ", named)
              + (repeated.size() > MOST_NAMED ? "; and more" : "")
              + " (name other columns with --keys)");
    }
    return all;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
  }
}
