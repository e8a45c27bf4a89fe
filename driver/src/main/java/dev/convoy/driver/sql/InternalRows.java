package dev.convoy.driver.sql;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows in Spark's internal form, which are not converted to Java's objects. Small jobs over them
 * start much faster than those of Spark SQL, for which it generates and compiles code first.
 */
public final class InternalRows {
  private InternalRows() {}

  /**
   * Plans the rows of a Dataset. What its plan shuffles is shuffled now.
   *
   * @return rows that are valid until the next one of their partition is read
   */
  public static JavaRDD<InternalRow> of(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD();
  }

  /** Counts the rows of a Dataset in one job without a shuffle. */
  public static long count(Dataset<Row> rows) {
    return of(rows.select()).count();
  }
}
