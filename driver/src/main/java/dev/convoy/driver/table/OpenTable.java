package dev.convoy.driver.table;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.TableSource;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table, with the names and types of its columns. Its rows are not read yet.
 *
 * @param rows all rows, with all columns
 * @param file name of a hidden column with the path of a row's file; empty if there is none
 * @param directory directory to which paths in the table are relative: that of text files; empty
 *     for the working directory
 * @param skipped files that are not part of the table, grouped by reason
 * @param notes what the user should know about the table, as sentences
 */
public record OpenTable(
    Dataset<Row> rows,
    Optional<String> file,
    Optional<String> directory,
    SkippedFiles skipped,
    List<String> notes) {
  /** Directories in which writers of Spark, and scoring jobs, keep what is not yet published. */
  private static final List<String> UNPUBLISHED = List.of("_temporary", "_convoy");

  private static final String FILE = "_metadata.file_path";

  /**
   * Opens a table of a catalog, or the rows of a query.
   *
   * @throws InvalidRequestException if Spark does not find it
   */
  public static OpenTable ofSpark(SparkSession session, InputUse use, TableSource source) {
    Dataset<Row> rows =
        source.kind() == TableSource.Kind.QUERY
            ? SparkTables.ofQuery(session, use, source)
            : SparkTables.ofCatalog(session, use, source);
    return new OpenTable(rows, Optional.empty(), Optional.empty(), SkippedFiles.NONE, List.of());
  }

  /**
   * Opens the table at a path.
   *
   * @param source its path
   * @throws InvalidRequestException if not all of its rows can be read
   * @throws dev.convoy.data.JobFailedException if a file is truncated or damaged
   */
  public static OpenTable ofFiles(
      SparkSession session,
      InputListing listing,
      RowFormat format,
      InputUse use,
      TableSource source) {
    Storage storage = listing.storage();
    return switch (format) {
      case TABLE, ORC, AVRO, CSV, JSON ->
          new OpenTable(
              new TableFiles(session, listing, format, use).read(),
              Optional.of(FILE),
              Optional.of(listing).filter(files -> format.isText()).map(OpenTable::directoryOf),
              listing.skippedInTable(),
              unfinished(listing));
      case DELTA, ICEBERG ->
          new OpenTable(
              SparkTables.ofLake(session, storage, use, source, format.lake().orElseThrow()),
              Optional.of(format == RowFormat.DELTA ? FILE : "_file"),
              Optional.empty(),
              SkippedFiles.NONE,
              List.of());
      case DATASET -> throw new IllegalArgumentException("A dataset is not opened as a table");
    };
  }

  /** Tells of jobs that have begun to write the files, and have not ended. */
  private static List<String> unfinished(InputListing listing) {
    return UNPUBLISHED.stream()
        .map(name -> Storage.join(listing.path(), name))
        .filter(listing.storage()::isVisible)
        .map(
            path ->
                "A job that writes the input has not ended: "
                    + path
                    + " is there. Its rows are read only as far as they are published.")
        .toList();
  }

  private static String directoryOf(InputListing listing) {
    String path = listing.storage().qualified(listing.path());
    return listing.storage().isDirectory(path) ? path : path.substring(0, path.lastIndexOf('/'));
  }
}
