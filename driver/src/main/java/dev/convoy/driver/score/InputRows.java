package dev.convoy.driver.score;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The rows of an input, from which some can be chosen by their keys. */
interface InputRows {
  /** Returns the rows: columns for the output, and the image as the last column. */
  Dataset<Row> rows();

  /** Returns the number of rows. */
  long count();

  /** Returns the columns for the output, as {@link #rows} names them. */
  StructType columns();

  /** Returns the key columns of all rows, without reading images. */
  Dataset<Row> keys();

  /**
   * Returns the rows with some keys.
   *
   * @param keys rows as those of {@link #keys}, each at most once
   * @param count number of them
   */
  InputRows only(Dataset<Row> keys, long count);
}
