package dev.convoy.driver.sql;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The size of rows that Spark keeps. */
public final class CachedSize {
  private CachedSize() {}

  /**
   * Returns the size in bytes of a persisted Dataset whose rows have all been computed, in the
   * compressed columns in which Spark keeps them.
   */
  public static long bytesOf(Dataset<Row> persisted) {
    // A plan that is made now sees the rows that are kept.
    return persisted.select("*").queryExecution().optimizedPlan().stats().sizeInBytes().toLong();
  }
}
