package dev.convoy.driver.table;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.sql.PlainFiles;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables that Spark reads by a log, by a catalog, or by a query. */
public final class SparkTables {
  /** Where a fault is in the text that Spark got, which has one line more than the query. */
  private static final Pattern POSITION =
      Pattern.compile("[.;]?\\s*(\\(line \\d+, pos \\d+\\)|line \\d+ pos \\d+)");

  private SparkTables() {}

  /** Reads a table of a lake format, in the version of the source. */
  static Dataset<Row> ofLake(
      SparkSession session,
      Storage storage,
      InputUse use,
      TableSource source,
      LakeTable.Format format) {
    DataFrameReader reader = session.read().format(format.reader());
    source
        .version()
        .ifPresent(
            version ->
                reader.option(
                    format == LakeTable.Format.DELTA ? "versionAsOf" : "snapshot-id",
                    Long.toString(version)));
    return analysed(use, source, () -> reader.load(storage.qualified(source.text())));
  }

  /** Reads a table of a catalog. */
  static Dataset<Row> ofCatalog(SparkSession session, InputUse use, TableSource source) {
    return analysed(
        use,
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

  /**
   * Reads the rows of a query. It stands in the place of a table, where Spark's parser takes
   * nothing that would change data, since {@code SparkSession.sql} runs commands at once.
   */
  static Dataset<Row> ofQuery(SparkSession session, InputUse use, TableSource source) {
    try {
      return analysed(use, source, () -> session.sql("SELECT * FROM (\n" + source.text() + "\n)"));
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException(
          POSITION.matcher(e.getMessage()).replaceAll("")
              + (isOfParser(e.getCause()) ? " (give one query, SELECT …)" : ""),
          e);
    }
  }

  /**
   * Checks the files that a query or a table of a catalog reads as they lie there.
   *
   * @param output path of the output; empty if it has none
   * @param target the output as on the command line, for messages
   * @param problems receives a fault if they belong to a table of which only a log tells the live
   *     rows, or if the output would replace them
   */
  public static void checkFiles(
      Storage storage,
      TableSource source,
      Dataset<Row> rows,
      Optional<String> output,
      String target,
      Problems problems) {
    for (String path : PlainFiles.of(rows)) {
      LakeTable.around(storage, path)
          .ifPresent(
              table ->
                  problems.add(
                      source.kind().option(),
                      "it reads files of the table "
                          + table.root()
                          + " as they lie there, and only the table's log tells which rows are live"
                          + " (name the table by its catalog, or as "
                          + table.format().reader()
                          + ".`PATH`)"));
      if (output.isPresent()
          && (storage.isWithin(output.get(), path) || storage.isWithin(path, output.get()))) {
        problems.add(
            target,
            "must neither be inside "
                + path
                + ", which is read, nor contain it (choose another --output)");
      }
    }
  }

  /** Returns a Dataset whose names and types Spark has resolved. */
  private static Dataset<Row> analysed(
      InputUse use, TableSource source, Supplier<Dataset<Row>> analysis) {
    try {
      return analysis.get();
    } catch (Exception e) {
      // AnalysisException and ParseException are checked, and Spark does not declare them.
      // Iceberg refuses a snapshot that does not exist by an IllegalArgumentException.
      boolean isOfVersion = source.version().isPresent() && e instanceof IllegalArgumentException;
      if (!(e instanceof SparkThrowable) && !isOfVersion) {
        throw e;
      }
      throw new InvalidRequestException(
          "Cannot " + use.verb() + " " + source + ": " + firstLine(e), e);
    }
  }

  private static boolean isOfParser(Throwable failure) {
    return failure instanceof SparkThrowable known
        && String.valueOf(known.getErrorClass()).startsWith("PARSE_");
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("");
  }

  /**
   * Checks that the reader of a format is there.
   *
   * @param problems receives the package to add
   */
  public static void requireReader(TableSource source, RowFormat format, Problems problems) {
    format
        .missingPackage()
        .ifPresent(
            missing ->
                problems.add(
                    source.toString(),
                    "it is a table of the format "
                        + format.key()
                        + ", whose reader is not here (add --packages "
                        + missing
                        + ")"));
  }
}
