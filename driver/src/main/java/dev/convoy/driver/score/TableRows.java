package dev.convoy.driver.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a table.
 *
 * @param table all columns
 * @param output columns for the output
 * @param keyCount number of the first of these columns, which tell rows apart
 * @param others other columns of the table whose ranges tell which files have wanted rows
 * @param image image column of the table
 * @param file path of the file that a row lies in; empty if the table has none
 * @param known number of rows; empty to count them
 */
record TableRows(
    Dataset<Row> table,
    List<Column> output,
    int keyCount,
    List<Column> others,
    Column image,
    Optional<Column> file,
    OptionalLong known)
    implements InputRows {
  /** Name of the image column during scoring. */
  static final String IMAGE = "__image";

  /** Largest number of files that a filter names. */
  private static final int MOST_FILES = 10_000;

  private static final String FILE = "__file";

  private static final String OTHER = "__other";

  /** Returns the name during scoring of a column for the output, which no column of scoring has. */
  static String key(int index) {
    return "__key" + index;
  }

  @Override
  public Dataset<Row> rows() {
    List<Column> all = named(output);
    all.add(image.as(IMAGE));
    return table.select(all.toArray(Column[]::new));
  }

  @Override
  public long count() {
    return known.isPresent() ? known.getAsLong() : table.count();
  }

  @Override
  public StructType columns() {
    return table.select(named(output).toArray(Column[]::new)).schema();
  }

  @Override
  public Dataset<Row> keys() {
    List<Column> all = named(output.subList(0, keyCount));
    // They tell which files have rows that are wanted, so that others are not read.
    file.ifPresent(path -> all.add(path.as(FILE)));
    for (int index = 0; index < others.size(); index++) {
      all.add(others.get(index).as(OTHER + index));
    }
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
    List<String> names = new ArrayList<>();
    List<Column> keys = output.subList(0, keyCount);
    List<Column> ranged = new ArrayList<>(keys);
    ranged.addAll(others);
    IntStream.range(0, keyCount).forEach(index -> names.add(key(index)));
    IntStream.range(0, others.size()).forEach(index -> names.add(OTHER + index));
    some = ColumnRanges.filter(some, ranged, wanted, names);
    Column same = RowKeys.same(keys, RowKeys.of(wanted, keyCount));
    return new TableRows(
        some.join(wanted, same, "left_semi"),
        output,
        keyCount,
        others,
        image,
        file,
        OptionalLong.of(count));
  }

  private static List<Column> named(List<Column> some) {
    List<Column> named = new ArrayList<>();
    for (int index = 0; index < some.size(); index++) {
      named.add(some.get(index).as(key(index)));
    }
    return named;
  }
}
