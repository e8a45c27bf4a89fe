package dev.convoy.driver.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.decode;

import dev.convoy.data.FirstOf;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Reads CSV and JSON files as a table. Records that are not as the others end the job, since Spark
 * would leave out values without a word.
 *
 * @param format CSV or JSON
 * @param use the command that reads them
 */
record TextRows(SparkSession session, InputListing input, RowFormat format, InputUse use) {
  private static final int START_BYTES = 256;
  private static final int NAMED = 5;

  /** Largest number of tasks that check files. */
  private static final int MOST_TASKS = 1_000;

  /** Message of Spark about the first line of a file. */
  private static final Pattern OTHER_COLUMNS =
      Pattern.compile(
          "CSV header does not conform to the schema.*Header: (?<header>[^\n]*).*Schema:"
              + " (?<schema>[^\n]*).*CSV file: (?<file>[^\n]*)",
          Pattern.DOTALL);

  /** Column with the text of a malformed record. */
  private static final String MALFORMED = "convoy malformed record";

  /** Column of null, beside that of malformed records. */
  private static final String NONE = "convoy none";

  /**
   * Reads the rows. All values of CSV files are text, so that 007 stays 007.
   *
   * @param path path as Spark's readers take it
   * @throws JobFailedException if records are malformed; it shows the first
   */
  Dataset<Row> read(String path) {
    if (format == RowFormat.CSV) {
      requireCsv();
    } else {
      requireSingleValues(path);
    }
    StructType schema =
        format == RowFormat.CSV
            ? csv()
                .option("multiLine", "false")
                .load(path)
                .schema()
                .add(MALFORMED, DataTypes.StringType)
            : jsonSchema(path);
    if (schema.isEmpty()) {
      throw new InvalidRequestException(
          "Cannot " + use.verb() + " " + input.path() + ": its files hold no record with a value");
    }
    if (schema.length() == 1) {
      // Spark refuses to read the column of malformed records alone.
      schema = schema.add(NONE, DataTypes.StringType);
    }
    if (Arrays.asList(schema.fieldNames()).contains(MALFORMED)) {
      Dataset<Row> all = (format == RowFormat.CSV ? csv() : json()).schema(schema).load(path);
      requireWellFormed(all);
      return all.drop(MALFORMED, NONE);
    }
    return json().schema(schema).load(path).drop(NONE);
  }

  /**
   * The format of RFC 4180: a quote within quotes is doubled, and values may have several lines.
   * Reading fails for a file with other columns.
   */
  private DataFrameReader csv() {
    return session
        .read()
        .format("csv")
        .option("header", "true")
        .option("sep", separator())
        .option("escape", "\"")
        .option("multiLine", "true")
        .option("enforceSchema", "false")
        .option("columnPruning", "false")
        .option("columnNameOfCorruptRecord", MALFORMED);
  }

  private String separator() {
    List<String> names = input.tableFiles().stream().map(Storage.Entry::relative).toList();
    List<String> tabs = names.stream().filter(TextRows::hasTabs).toList();
    if (!tabs.isEmpty() && tabs.size() < names.size()) {
      String other = names.stream().filter(name -> !hasTabs(name)).findFirst().orElseThrow();
      throw new InvalidRequestException(
          "Cannot "
              + use.verb()
              + " "
              + input.path()
              + ": tabs separate the values of "
              + Visible.of(tabs.get(0))
              + ", and commas those of "
              + Visible.of(other)
              + " (name files of one kind, or convert the others)");
    }
    return tabs.isEmpty() ? "," : "\t";
  }

  private static boolean hasTabs(String name) {
    return name.toLowerCase(Locale.ROOT).contains(".tsv");
  }

  private DataFrameReader json() {
    return session
        .read()
        .format("json")
        .option("multiLine", String.valueOf(isArray()))
        .option("columnNameOfCorruptRecord", MALFORMED);
  }

  /**
   * Returns the columns of JSON files. Spark does not find those of arrays itself, nor the names in
   * the first line of CSV files with values of several lines, if the path has characters of a
   * pattern.
   */
  private StructType jsonSchema(String path) {
    if (!isArray()) {
      return json().load(path).schema();
    }
    return json().json(wholeTexts(path)).schema();
  }

  private Dataset<String> wholeTexts(String path) {
    return session
        .read()
        .format("binaryFile")
        .load(path)
        .select(decode(col("content"), "UTF-8"))
        .as(Encoders.STRING());
  }

  /** Returns whether the first file has one array of objects, and not an object on each line. */
  private boolean isArray() {
    byte[] start =
        input.storage().read(input.tableFiles().get(0).path(), in -> in.readNBytes(START_BYTES));
    return new String(start, StandardCharsets.UTF_8).stripLeading().startsWith("[");
  }

  /**
   * Checks the records of CSV files, of which Spark would take many for one value, or leave out
   * values.
   */
  private void requireCsv() {
    char separator = separator().charAt(0);
    Optional<String> faults = faults(text -> TextCheck.csv(text, separator));
    if (faults.isPresent()) {
      throw malformed(faults.get());
    }
  }

  /** Looks for faults in the text of a file. */
  private interface Looking extends Serializable {
    TextCheck.Faults at(InputStream text) throws IOException;
  }

  /**
   * Returns the first faults of all files, and the number of the others; empty if all are whole.
   */
  private Optional<String> faults(Looking looking) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<String> paths = input.tableFiles().stream().map(Storage.Entry::path).toList();
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    try {
      List<Tuple2<String, TextCheck.Faults>> found =
          spark
              .parallelize(paths, Math.min(paths.size(), MOST_TASKS))
              .mapToPair(path -> new Tuple2<>(path, faults(path, looking, hadoop.value().value())))
              .filter(file -> file._2().count() > 0)
              .collect();
      long all = found.stream().mapToLong(file -> file._2().count()).sum();
      List<String> first =
          found.stream()
              .flatMap(
                  file ->
                      file._2().first().stream().map(fault -> Visible.of(file._1()) + ": " + fault))
              .limit(NAMED + 1L)
              .toList();
      FirstOf<String> some = FirstOf.of(first, all, NAMED);
      return all == 0
          ? Optional.empty()
          : Optional.of(String.join("; ", some.shown()) + some.andMore("; "));
    } finally {
      hadoop.destroy();
    }
  }

  private static TextCheck.Faults faults(String path, Looking looking, Configuration hadoop)
      throws IOException {
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(new Path(path));
    try (InputStream file = new Storage(hadoop).open(path);
        InputStream text = codec == null ? file : codec.createInputStream(file)) {
      return looking.at(text);
    }
  }

  /** Checks that nothing follows the value of a line, or the array of a file. */
  private void requireSingleValues(String path) {
    Dataset<String> texts = isArray() ? wholeTexts(path) : session.read().textFile(path);
    if (!texts.javaRDD().filter(TextCheck::hasMore).isEmpty()) {
      throw malformed(jsonFaults().orElse("values are joined without an end of line"));
    }
  }

  /** Finds the places of what Spark has refused. */
  Optional<String> jsonFaults() {
    boolean array = isArray();
    return faults(text -> TextCheck.json(text, array));
  }

  private void requireWellFormed(Dataset<Row> all) {
    int column = all.schema().fieldIndex(MALFORMED);
    // All columns are read: Spark refuses to read this one alone.
    JavaRDD<String> malformed =
        all.javaRDD().filter(row -> !row.isNullAt(column)).map(row -> row.getString(column));
    long count;
    try {
      count = malformed.count();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // SparkException, which Spark does not declare.
      throw otherColumns(e).orElseThrow(() -> new IllegalStateException(e.getMessage(), e));
    }
    if (count > 0) {
      FirstOf<String> some =
          FirstOf.of(
              malformed.take(NAMED + 1).stream().map(TextCheck::shown).toList(), count, NAMED);
      String records = String.join(", ", some.shown()) + some.andMore(", ");
      throw malformed(format == RowFormat.JSON ? jsonFaults().orElse(records) : records);
    }
  }

  private JobFailedException malformed(String faults) {
    return new JobFailedException(
        "Cannot read "
            + input.path()
            + ": "
            + faults
            + (format == RowFormat.CSV
                ? " (a CSV file is text in UTF-8, a record has one value for each column of the"
                    + " first line, and quotes are doubled within quotes: correct the file)"
                : " (every line is one object of JSON, or the file is one array of objects: correct"
                    + " these records, or delete them)"));
  }

  /** Returns the refusal of files with different columns, if that is why reading has failed. */
  private Optional<InvalidRequestException> otherColumns(Throwable failure) {
    String message = String.valueOf(ExceptionUtils.getRootCauseMessage(failure));
    Matcher names = OTHER_COLUMNS.matcher(message);
    if (!names.find()) {
      return Optional.empty();
    }
    String header = names.group("header").strip();
    List<String> columns = List.of(header.split(", "));
    String reason =
        new HashSet<>(columns).size() < columns.size()
            ? "a name occurs twice among its columns: " + header + " (give each another name)"
            : "its files have different columns: some have "
                + names.group("schema").strip()
                + ", and "
                + names.group("file").strip()
                + " has "
                + header
                + " (name files with the same columns)";
    return Optional.of(
        new InvalidRequestException(
            "Cannot " + use.verb() + " " + input.path() + ": " + reason, failure));
  }
}
