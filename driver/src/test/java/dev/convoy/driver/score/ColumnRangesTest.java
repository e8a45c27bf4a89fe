package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestSpark;
import java.sql.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Every wanted row stays, and rows outside of a range do not. */
class ColumnRangesTest {
  private static final List<String> NAMES = List.of("key", "day");
  private static final List<Column> COLUMNS = List.of(col("key"), col("day"));
  private static final StructType TABLE =
      new StructType().add("key", DataTypes.StringType).add("day", DataTypes.DateType);

  /** Ten days of ten rows, whose keys are in no order. */
  private static Dataset<Row> table() {
    List<Row> rows =
        IntStream.range(0, 100)
            .mapToObj(
                row ->
                    RowFactory.create(
                        "k" + row * 37 % 100, Date.valueOf("2026-11-" + (10 + row / 10))))
            .toList();
    return TestSpark.session().createDataFrame(rows, TABLE);
  }

  private static List<String> keys(Dataset<Row> rows) {
    return rows.orderBy("key").collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void aDateTellsNewRowsWhoseKeysAreInNoOrder() {
    Dataset<Row> table = table();
    Dataset<Row> wanted = table.filter("day = '2026-11-19'");
    assertThat(keys(ColumnRanges.filter(table, COLUMNS, wanted, NAMES))).isEqualTo(keys(wanted));
  }

  @Test
  void aColumnInWhichAWantedRowHasNoValueLeavesNothingOut() {
    Dataset<Row> table = table();
    Dataset<Row> without =
        TestSpark.session().createDataFrame(List.of(RowFactory.create("k5", null)), TABLE);
    Dataset<Row> wanted = table.filter("day = '2026-11-19'").union(without);
    Dataset<Row> found = ColumnRanges.filter(table.union(without), COLUMNS, wanted, NAMES);
    assertThat(keys(found))
        .containsAll(keys(wanted))
        .hasSizeGreaterThan(wanted.collectAsList().size());
  }
}
