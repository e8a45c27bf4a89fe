package dev.convoy.driver.score.output;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * An output that is open for one scoring job, which holds its lease. Its rows are visible to
 * readers only when all of them are written.
 */
public interface ScoreOutput {
  /** Returns the target, with the partitions that an existing output keeps. */
  ScoreTarget target();

  /** Returns the format in which the rows are written. */
  OutputFormat format();

  /** Returns the full path, or the table's name. */
  String place();

  /** Returns the rows that the output has, whatever its columns; empty if it does not exist. */
  Optional<Dataset<Row>> previous();

  /**
   * Returns the rows that the output has.
   *
   * @param schema columns that it is expected to have
   * @return empty if it does not exist, or has no rows and no columns yet
   * @throws dev.convoy.data.InvalidRequestException if it has other columns
   */
  Optional<Dataset<Row>> existing(StructType schema);

  /**
   * Writes rows as the target states, and publishes them.
   *
   * @param rows rows whose number is {@code count}
   * @param rowsPerFile largest number of rows of a file; 0 for no limit
   * @throws dev.convoy.data.JobFailedException if another number of rows was written; then the
   *     output is as it was before
   */
  void write(Dataset<Row> rows, long count, long rowsPerFile);
}
