package dev.convoy.driver.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a table.
 *
 * @param table all columns
 * @param columns key columns of the table
 * @param image image column of the table
 * @param file path of the file that a row lies in; empty if the table has none
 * @param known number of rows; empty to count them
 */
record TableRows(
    Dataset<Row> table,
    List<Column> columns,
    Column image,
    Optional<Column> file,
    OptionalLong known)
    implements InputRows {
  /** Name of the image column during scoring. */
  static final String IMAGE = "__image";

  /** Largest number of files that a filter names. */
  private static final int MOST_FILES = 10_000;

  private static final String FILE = "__file";

  /** Returns the name of a key column during scoring, which no column of scoring has. */
  static String key(int index) {
    return "__key" + index;
  }

  @Override
  public Dataset<Row> rows() {
    List<Column> all = named();
    all.add(image.as(IMAGE));
    return table.select(all.toArray(Column[]::new));
  }

  @Override
  public long count() {
    return known.isPresent() ? known.getAsLong() : table.count();
  }

  @Override
  public Dataset<Row> keys() {
    List<Column> all = named();
    // It tells which files have rows that are wanted, so that others are not read.
    file.ifPresent(path -> all.add(path.as(FILE)));
    return table.select(all.toArray(Column[]::new));
  }

  @Override
  public InputRows only(Dataset<Row> wanted, long count) {
    Dataset<Row> some = table;
    if (file.isPresent()) {
      List<Row> files = wanted.select(FILE).distinct().limit(MOST_FILES + 1).collectAsList();
      if (files.size() <= MOST_FILES) {
        some =
            some.filter(file.get().isInCollection(files.stream().map(row -> row.get(0)).toList()));
      }
    }
    some = KeyRanges.filter(some, columns, wanted);
    Column same = RowKeys.same(columns, RowKeys.of(wanted, columns.size()));
    return new TableRows(
        some.join(wanted, same, "left_semi"), columns, image, file, OptionalLong.of(count));
  }

  private List<Column> named() {
    List<Column> named = new ArrayList<>();
    for (int index = 0; index < columns.size(); index++) {
      named.add(columns.get(index).as(key(index)));
    }
    return named;
  }
}
