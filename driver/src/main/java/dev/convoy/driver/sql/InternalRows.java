package dev.convoy.driver.sql;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
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

  /** The values of one row, by the number of their column. */
  public static final class Cells {
    private InternalRow row;

    /** Returns whether a column has no value. */
    public boolean isNull(int column) {
      return row.isNullAt(column);
    }

    /** Returns the value of a column of strings. */
    public String text(int column) {
      return row.getUTF8String(column).toString();
    }

    /** Returns the value of a column of floats. */
    public float number(int column) {
      return row.getFloat(column);
    }
  }

  /**
   * A summary of the rows of one partition.
   *
   * @param <S> the summary itself
   */
  public interface Summary<S> extends Serializable {
    /** Adds a row; its cells are valid during the call only. */
    void add(Cells cells);
  }

  /** Makes the empty summary of a partition. */
  public interface Empty<S extends Summary<S>> extends Serializable {
    S make();
  }

  /**
   * Summarises the rows of every partition, in one job. What the plan of the Dataset shuffles is
   * shuffled now.
   *
   * @return the summaries in the order of the partitions
   */
  public static <S extends Summary<S>> List<S> summaries(Dataset<Row> rows, Empty<S> empty) {
    return planned(rows).mapPartitions(partition -> summary(partition, empty)).collect();
  }

  private static <S extends Summary<S>> Iterator<S> summary(
      Iterator<InternalRow> rows, Empty<S> empty) {
    S summary = empty.make();
    Cells cells = new Cells();
    while (rows.hasNext()) {
      cells.row = rows.next();
      summary.add(cells);
    }
    return List.of(summary).iterator();
  }

  /** Counts the rows of a Dataset in one job without a shuffle. */
  public static long count(Dataset<Row> rows) {
    return planned(rows.select()).count();
  }

  private static JavaRDD<InternalRow> planned(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD();
  }
}
