package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.source.LakeTable;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables that Spark reads by a log, by a catalog, or by a query. */
final class SparkTables {
  private SparkTables() {}

  /** Reads a table of a lake format, in the version of the source. */
  static Dataset<Row> ofLake(SparkSession session, ScoreSource source, LakeTable.Format format) {
    DataFrameReader reader = session.read().format(format.reader());
    source
        .version()
        .ifPresent(
            version ->
                reader.option(
                    format == LakeTable.Format.DELTA ? "versionAsOf" : "snapshot-id",
                    Long.toString(version)));
    return analysed(source, () -> reader.load(source.text()));
  }

  /** Reads a table of a catalog. */
  static Dataset<Row> ofCatalog(SparkSession session, ScoreSource source) {
    return analysed(
        source,
        () -> {
          if (source.version().isEmpty()) {
            return session.read().table(source.text());
          }
          return session.sql(
              String.format(
                  Locale.ROOT,
                  "SELECT * FROM %s VERSION AS OF %d",
                  source.text(),
                  source.version().getAsLong()));
        });
  }

  /** Reads the rows of a query. */
  static Dataset<Row> ofQuery(SparkSession session, ScoreSource source) {
    return analysed(source, () -> session.sql(source.text()));
  }

  /** Returns a Dataset whose names and types Spark has resolved. */
  private static Dataset<Row> analysed(ScoreSource source, Supplier<Dataset<Row>> analysis) {
    try {
      return analysis.get();
    } catch (Exception e) {
      // AnalysisException and ParseException are checked, and Spark does not declare them.
      // Iceberg refuses a snapshot that does not exist by an IllegalArgumentException.
      boolean isOfVersion = source.version().isPresent() && e instanceof IllegalArgumentException;
      if (!(e instanceof SparkThrowable) && !isOfVersion) {
        throw e;
      }
      throw new InvalidRequestException("Cannot score " + source + ": " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("");
  }

  /**
   * Checks that the reader of a lake format is there.
   *
   * @param problems receives the package to add
   */
  static void requireReader(ScoreSource source, LakeTable.Format format, Problems problems) {
    if (!format.isOnClassPath()) {
      problems.add(
          source.toString(),
          "it is a table of the format "
              + format.reader()
              + ", whose reader is not here (add --packages "
              + format.packages()
              + ")");
    }
  }
}
