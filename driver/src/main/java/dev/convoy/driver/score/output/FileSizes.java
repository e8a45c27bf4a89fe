package dev.convoy.driver.score.output;

import dev.convoy.driver.sql.Identifier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The distribution of rows over files of about one size.
 *
 * @param rows rows, in as many tasks as there shall be files
 * @param perFile largest number of rows of a file; 0 for no limit
 */
public record FileSizes(Dataset<Row> rows, long perFile) {

  /**
   * Distributes rows over tasks so that files have about the size that the target states. Rows of
   * one partition of the output go to one task.
   *
   * @param bytes estimated size of {@code count} of the rows
   */
  public static FileSizes of(ScoreTarget target, Dataset<Row> rows, long bytes, long count) {
    if (target.fileBytes().isEmpty() || count == 0) {
      return new FileSizes(rows, 0);
    }
    long size = target.fileBytes().getAsLong();
    long perFile = Math.max(1, Math.round((double) count * size / Math.max(1, bytes)));
    if (target.partitionBy().isEmpty()) {
      long files = Math.max(1, (bytes + size - 1) / size);
      return new FileSizes(rows.coalesce((int) Math.min(Integer.MAX_VALUE, files)), perFile);
    }
    return new FileSizes(rows.repartition(Identifier.columns(target.partitionBy())), perFile);
  }
}
