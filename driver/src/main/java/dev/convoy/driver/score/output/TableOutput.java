package dev.convoy.driver.score.output;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.driver.sql.Identifier;
import dev.convoy.driver.sql.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * A table of Delta Lake or Iceberg, at a path or in a catalog. The format's own protocol publishes
 * all rows of a job, or none.
 *
 * <p>Two jobs that add rows to the same table at the same time would both add the rows that are new
 * to them. The lease prevents that. Should a driver that was suspended outlive its lease, Delta
 * still refuses its commit: each commit is a transaction of the application {@value #APPLICATION},
 * numbered by the version of the table that it was made from, and Delta takes each number once.
 */
final class TableOutput implements ScoreOutput {
  private static final String APPLICATION = "convoy-score";

  private final SparkSession session;
  private final ScoreTarget target;
  private final String place;
  private final OutputFormat format;
  private final boolean exists;
  private final Optional<String> path;
  private final String table;
  private final Runnable requireHeld;
  private final long version;

  /**
   * Opens a table.
   *
   * @param place path with scheme, or the table's name
   * @param format format of a lake
   * @param requireHeld throws an exception if the lease is lost
   */
  TableOutput(
      SparkSession session,
      ScoreTarget target,
      String place,
      OutputFormat format,
      boolean exists,
      Runnable requireHeld) {
    this.session = session;
    this.place = place;
    this.format = format;
    this.exists = exists;
    this.path = target.path().filter(at -> format == OutputFormat.DELTA).map(at -> place);
    this.table =
        target.path().isPresent() && format == OutputFormat.ICEBERG
            ? IcebergPath.name(session, place)
            : place;
    this.requireHeld = requireHeld;
    this.target =
        exists && target.keepsPartitions()
            ? target.partitionedBy(partitionColumns(target))
            : target;
    this.version =
        exists && format == OutputFormat.DELTA ? history().select("version").head().getLong(0) : -1;
  }

  /**
   * Checks that rows can be written as the target states.
   *
   * @param problems receives the reasons against the output
   */
  void check(Problems problems) {
    if (exists && target.mode() == WriteMode.CREATE) {
      problems.add(
          target.toString(),
          "it exists (choose another output, replace its rows with --overwrite, or add rows with"
              + " --append)");
    } else if (exists && !table.equals(place) && !session.catalog().tableExists(table)) {
      problems.add(
          target.toString(),
          "it is an Iceberg table of a catalog, which knows its newest state (name the table in that"
              + " catalog: --output-table)");
    } else if (exists && target.mode() != WriteMode.OVERWRITE) {
      List<String> columns = partitionColumns(target);
      if (!columns.equals(target.partitionBy())) {
        problems.add(
            target.toString(),
            columns.isEmpty()
                ? "the table has no partitions (leave out --partition-by)"
                : "the table is partitioned by other columns (give --partition-by "
                    + String.join(",", columns)
                    + ")");
      }
    }
  }

  @Override
  public ScoreTarget target() {
    return target;
  }

  @Override
  public OutputFormat format() {
    return format;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public Optional<Dataset<Row>> previous() {
    if (!exists) {
      return Optional.empty();
    }
    return Optional.of(
        path.isPresent() ? session.read().format(format.key()).load(place) : session.table(table));
  }

  @Override
  public Optional<Dataset<Row>> existing(StructType schema) {
    Optional<Dataset<Row>> rows = previous();
    rows.ifPresent(found -> SchemaCheck.requireSame(target, found.schema(), schema, Set.of()));
    return rows;
  }

  @Override
  public void write(Dataset<Row> rows, long count, long rowsPerFile) {
    requirePartitions(rows);
    requireHeld.run();
    String job = UUID.randomUUID().toString();
    Map<String, String> options =
        format == OutputFormat.DELTA
            ? Map.of(
                "userMetadata",
                job,
                "txnAppId",
                APPLICATION,
                "txnVersion",
                Long.toString(version + 1))
            : Map.of("snapshot-property.convoy-job", job);
    try {
      if (path.isPresent()) {
        toPath(rows, rowsPerFile, options);
      } else {
        toCatalog(rows, options);
      }
    } catch (AnalysisException e) {
      throw new InvalidRequestException(
          "Cannot write " + target + ": " + e.getMessage().lines().findFirst().orElse(""), e);
    } catch (RuntimeException e) {
      // An exception of Delta, whose classes are not here at compile time.
      if (e.getClass().getSimpleName().equals("ConcurrentTransactionException")) {
        throw overtaken(e);
      }
      throw e;
    }
    requirePublished(job, count);
  }

  /** Refuses empty texts in columns of partitions, which Delta Lake reads as null. */
  private void requirePartitions(Dataset<Row> rows) {
    if (format != OutputFormat.DELTA) {
      return;
    }
    for (String name : target.partitionBy()) {
      boolean isText = rows.schema().apply(name).dataType() instanceof StringType;
      if (isText && !rows.filter(Identifier.column(name).equalTo("")).isEmpty()) {
        throw new JobFailedException(
            "Cannot partition "
                + target.text()
                + " by "
                + name
                + ": Delta Lake reads an empty text there as null (nothing was published; choose"
                + " other columns, or an output of Iceberg)");
      }
    }
  }

  /**
   * Writes to a table of Delta Lake at a path.
   *
   * @throws AnalysisException if the format refuses the rows; Spark does not declare it everywhere
   */
  private void toPath(Dataset<Row> rows, long rowsPerFile, Map<String, String> options)
      throws AnalysisException {
    DataFrameWriter<Row> writer =
        rows.write()
            .format(format.key())
            .options(options)
            .option("maxRecordsPerFile", rowsPerFile)
            .partitionBy(target.partitionBy().toArray(String[]::new));
    switch (target.mode()) {
      case CREATE -> writer.mode(SaveMode.ErrorIfExists);
      case APPEND -> writer.mode(exists ? SaveMode.Append : SaveMode.ErrorIfExists);
      case OVERWRITE -> writer.mode(SaveMode.Overwrite).option("overwriteSchema", "true");
      case OVERWRITE_PARTITIONS ->
          writer.mode(SaveMode.Overwrite).option("partitionOverwriteMode", "dynamic");
    }
    writer.save(place);
  }

  private void toCatalog(Dataset<Row> rows, Map<String, String> options) throws AnalysisException {
    DataFrameWriterV2<Row> writer = rows.writeTo(table).options(options);
    WriteMode mode = exists ? target.mode() : WriteMode.CREATE;
    switch (mode) {
      case CREATE -> creating(writer).create();
      case APPEND -> writer.append();
      case OVERWRITE -> creating(writer).createOrReplace();
      case OVERWRITE_PARTITIONS -> writer.overwritePartitions();
    }
  }

  private CreateTableWriter<Row> creating(DataFrameWriterV2<Row> writer) {
    CreateTableWriter<Row> table = writer.using(format.key());
    List<Column> columns = List.of(Identifier.columns(target.partitionBy()));
    return columns.isEmpty()
        ? table
        : table.partitionedBy(columns.get(0), Scala.seq(columns.subList(1, columns.size())));
  }

  /**
   * Checks that the rows are in the table. Delta leaves out a commit whose number it has had.
   *
   * @param count number of rows that were written
   */
  private void requirePublished(String job, long count) {
    boolean alone = !exists || target.mode() == WriteMode.OVERWRITE;
    if (format == OutputFormat.DELTA
        && !alone
        && history().filter(col("userMetadata").equalTo(job)).isEmpty()) {
      throw overtaken(null);
    }
    TableOutput now = new TableOutput(session, target, place, format, true, requireHeld);
    long found = now.previous().orElseThrow().count();
    if (alone ? found != count : found < count) {
      throw new JobFailedException(
          "Cannot complete "
              + target.text()
              + ": "
              + count
              + " rows were written, and the table has "
              + found
              + " (another program may have written there)");
    }
  }

  private JobFailedException overtaken(RuntimeException cause) {
    return new JobFailedException(
        "Cannot add rows to "
            + target.text()
            + ": another scoring job has written rows since this one began (nothing was written;"
            + " give the same command again)",
        cause);
  }

  private Dataset<Row> history() {
    return session.sql("DESCRIBE HISTORY " + name(target) + " LIMIT 100");
  }

  private List<String> partitionColumns(ScoreTarget at) {
    if (format == OutputFormat.DELTA) {
      return session
          .sql("DESCRIBE DETAIL " + name(at))
          .select("partitionColumns")
          .head()
          .getList(0);
    }
    // A replaced table of Iceberg still has the partition fields of its earlier rows.
    List<String> columns = new ArrayList<>();
    boolean within = false;
    for (Row row : session.sql("DESCRIBE TABLE " + table).collectAsList()) {
      String text = row.getString(0);
      if (text.startsWith("# Partition")) {
        within = true;
      } else if (within && !text.startsWith("#") && !text.isEmpty()) {
        // A column, or a transform such as days(time) beside the words "Part 0".
        columns.add(text.matches("Part \\d+") ? row.getString(1) : text);
      }
    }
    return columns;
  }

  private String name(ScoreTarget at) {
    return at.path().isPresent() ? format.key() + "." + Identifier.quoted(place) : place;
  }
}
