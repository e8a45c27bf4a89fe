package dev.convoy.driver.table;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignFormat;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the files of a table: all of them, or the table is refused.
 *
 * @param format the files' format
 * @param use the command that reads them
 */
record TableFiles(SparkSession session, InputListing input, RowFormat format, InputUse use) {
  /** Largest number of files without the name of a Parquet file whose first bytes are checked. */
  private static final int MOST_OPENED = 64;

  /** Messages of Parquet's reader about a file that ends too early, or is something else. */
  private static final Pattern NOT_WHOLE =
      Pattern.compile("is not a Parquet file|corrupted file: the footer index");

  /**
   * Reads a table, with the columns of all of its files.
   *
   * @throws InvalidRequestException if a file is of another format or belongs to a table whose log
   *     determines the live rows, if Spark would leave a file out, or if a column has two types
   * @throws JobFailedException if a file is truncated or damaged; it names the file
   */
  Dataset<Row> read() {
    if (!input.storage().exists(input.path())) {
      throw refused(
          "a pattern may name archives and folders of images, and not the files of a table (name"
              + " the directory around the files, or one file)");
    }
    requireFiles();
    String path = Storage.literal(input.path());
    try {
      return load(session, path);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // SparkException or AnalysisException: checked exceptions that Spark does not declare.
      Optional<JobFailedException> damaged = damagedFile(e);
      if (damaged.isPresent()) {
        throw damaged.get();
      }
      throw new InvalidRequestException(verdict() + ": " + reason(path, e), e);
    }
  }

  private Dataset<Row> load(SparkSession in, String path) {
    DataFrameReader reader = in.read();
    switch (format) {
      case TABLE -> reader.format("parquet").option("mergeSchema", "true");
      case ORC -> reader.format("orc").option("mergeSchema", "true");
      case AVRO -> reader.format("avro");
      case CSV, JSON -> {
        return new TextRows(in, input, format, use).read(path);
      }
      case DATASET, DELTA, ICEBERG ->
          throw new IllegalStateException(format + " is not a format of files");
    }
    return reader.load(path);
  }

  /** Returns the failure that names the file without a readable footer, if there is one. */
  private static Optional<JobFailedException> damagedFile(Exception failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SparkThrowable known
          && "CANNOT_READ_FILE_FOOTER".equals(known.getErrorClass())) {
        String reason = at.getCause() == null ? "" : String.valueOf(at.getCause().getMessage());
        boolean parquet = NOT_WHOLE.matcher(reason).find();
        return Optional.of(
            new JobFailedException(
                "Cannot read "
                    + known.getMessageParameters().get("file")
                    + ": "
                    + (parquet
                        ? "it is not a whole Parquet file (it may be truncated: copy or write it"
                            + " again, or move it out of the table)"
                        : reason.lines().findFirst().orElse("its footer cannot be read")
                            + " (if the file is damaged, copy or write it again)"),
                failure));
      }
    }
    return Optional.empty();
  }

  /** Returns the reason why the files are not one table. */
  private String reason(String path, Exception failure) {
    String error = failure instanceof SparkThrowable known ? known.getErrorClass() : null;
    if ("COLUMN_ALREADY_EXISTS".equals(error) && format == RowFormat.JSON) {
      Optional<String> twice = new TextRows(session, input, format, use).jsonFaults();
      if (twice.isPresent()) {
        return twice.get() + " (give each value of an object another name)";
      }
    }
    if ("COLUMN_ALREADY_EXISTS".equals(error)) {
      return TableColumns.caseConflict(session, in -> load(in, path));
    }
    String text = failure.getMessage().lines().findFirst().orElse("");
    if (failure.getCause() instanceof SparkThrowable && failure.getCause().getMessage() != null) {
      text += " " + failure.getCause().getMessage().lines().findFirst().orElse("");
    }
    return text
        + (String.valueOf(error).startsWith("CANNOT_MERGE")
            ? " (a column has one type in all files of a table; name the files that fit together,"
                + " or write the table again)"
            : "");
  }

  /**
   * Checks that all files are at the top of the table or in directories of the same partition
   * columns. Spark leaves out the others without a message.
   */
  private void requireOnePlace() {
    Map<List<String>, List<String>> byPartition = new LinkedHashMap<>();
    List<String> elsewhere = new ArrayList<>();
    for (Storage.Entry file : input.tableFiles()) {
      List<String> directories = List.of(file.relative().split("/"));
      directories = directories.subList(0, directories.size() - 1);
      if (directories.stream().allMatch(directory -> directory.indexOf('=') > 0)) {
        List<String> columns =
            directories.stream().map(each -> each.substring(0, each.indexOf('='))).toList();
        byPartition.computeIfAbsent(columns, key -> new ArrayList<>()).add(file.relative());
      } else {
        elsewhere.add(file.relative());
      }
    }
    String remedy =
        "; the files of a table all lie at its top, or all in partitions of the same columns,"
            + " COLUMN=VALUE (name the directory around the files, or move the others away)";
    if (!elsewhere.isEmpty()) {
      int more = elsewhere.size() - 1;
      throw refused(
          elsewhere.get(0)
              + switch (more) {
                case 0 -> " lies";
                case 1 -> " and 1 more file lie";
                default -> " and " + more + " more files lie";
              }
              + " in a directory that is not a partition"
              + remedy);
    }
    if (byPartition.size() > 1) {
      Iterator<List<String>> places = byPartition.values().iterator();
      throw refused(
          places.next().get(0)
              + " and "
              + places.next().get(0)
              + " are not in partitions of the same columns"
              + remedy);
    }
  }

  private void requireFiles() {
    List<Storage.Entry> files = input.tableFiles();
    if (files.isEmpty()) {
      throw refused(new InputFormats<>(use, List.of(format)).missing(input));
    }
    Optional<LakeTable> lake = LakeTable.below(input.storage(), input.path(), files);
    if (lake.isPresent()) {
      throw refused(lake.get().refusalOfInput(input.storage(), input.path(), use));
    }
    requireOnePlace();
    files.stream()
        .filter(file -> file.bytes() == 0)
        .findFirst()
        .ifPresent(
            file -> {
              throw refused(
                  file.relative()
                      + " is empty, and "
                      + kind().one()
                      + " never is (write it again, or delete it)");
            });
    files.stream()
        .filter(file -> !format.hasName(file.relative()))
        .limit(MOST_OPENED)
        .forEach(this::requireFormat);
  }

  private void requireFormat(Storage.Entry file) {
    Optional<ForeignFormat> found = ForeignInput.formatOf(input.storage(), file);
    boolean isTsv = format == RowFormat.CSV && found.equals(Optional.of(ForeignFormat.TSV));
    if (!isTsv && (found.isEmpty() || found.get() != kind())) {
      String files = kind().many();
      throw refused(
          file.relative()
              + found.map(other -> " is " + other.one()).orElse(" is not " + kind().one())
              + ", and a table may hold "
              + files
              + " only (move the others away, or name the directory of the "
              + files
              + ")");
    }
  }

  /** The files' format, as other commands refuse it. */
  private ForeignFormat kind() {
    return format.files().orElseThrow();
  }

  private InvalidRequestException refused(String reason) {
    return new InvalidRequestException(verdict() + ": " + reason);
  }

  private String verdict() {
    return "Cannot " + use.verb() + " " + input.path();
  }
}
