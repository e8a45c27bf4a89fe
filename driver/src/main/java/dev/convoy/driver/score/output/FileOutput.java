package dev.convoy.driver.score.output;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.driver.sql.Identifier;
import dev.convoy.driver.sql.InternalRows;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A directory of files without a log.
 *
 * <p>A job writes its files into a staging directory, {@code _convoy/JOB}, counts their rows, and
 * commits them by a {@link PendingCommit}. Then they are moved to their places, and old files that
 * they replace are deleted. A job that is killed before its commit changes nothing; one that is
 * killed afterwards is completed by the next job that opens the output. The file {@code _SUCCESS}
 * is absent only while files are moved.
 */
final class FileOutput implements ScoreOutput {
  private final SparkSession session;
  private final Storage storage;
  private final ScoreTarget target;
  private final OutputFormat format;
  private final Runnable requireHeld;
  private final List<String> before;

  private FileOutput(
      SparkSession session,
      Storage storage,
      ScoreTarget target,
      Runnable requireHeld,
      List<String> before) {
    this.session = session;
    this.storage = storage;
    this.target =
        target.keepsPartitions() && !before.isEmpty()
            ? target.partitionedBy(ScoreFiles.partitionColumns(before.get(0)))
            : target;
    this.format =
        (target.mode() == WriteMode.OVERWRITE
                ? target.format().or(() -> ScoreFiles.formatOf(before))
                : ScoreFiles.formatOf(before).or(target::format))
            .orElse(OutputFormat.PARQUET);
    this.requireHeld = requireHeld;
    this.before = before;
  }

  /**
   * Checks an output, without changing it.
   *
   * @param problems receives the reasons against it
   */
  static void check(Storage storage, ScoreTarget target, Problems problems) {
    String output = target.text();
    String place = target.toString();
    for (String column : target.partitionBy()) {
      if (column.startsWith("_") || column.startsWith(".")) {
        problems.add(
            "--partition-by " + column,
            "Hadoop hides directories whose names begin so (give the column another name with"
                + " --rename)");
      }
    }
    if (isEmpty(storage, output)) {
      return;
    }
    if (!storage.isDirectory(output)) {
      problems.add(place, "is a file (choose another --output)");
      return;
    }
    if (target.mode() == WriteMode.CREATE) {
      problems.add(
          place,
          PendingCommit.read(storage, output).isPresent()
              ? "it exists, and an earlier scoring job did not end while it published its rows there"
                  + " (--append, with or without --new-only, completes them first; --overwrite"
                  + " replaces them)"
              : "it exists (choose another --output, replace it with --overwrite, or add rows with"
                  + " --append)");
      return;
    }
    List<String> files = ScoreFiles.below(storage, output);
    Optional<OutputFormat> found = ScoreFiles.formatOf(files);
    Optional<String> other =
        files.stream().filter(file -> found.isEmpty() || !found.get().isPart(file)).findFirst();
    if (other.isPresent()) {
      problems.add(place, "holds " + other.get() + ", which is no score (choose another --output)");
      return;
    }
    ScoreFiles.linkBelow(storage, output, files)
        .ifPresent(
            link ->
                problems.add(
                    place,
                    "holds "
                        + link
                        + ", which is a link to another directory (delete the link, or choose"
                        + " another --output)"));
    if (target.mode() == WriteMode.OVERWRITE || found.isEmpty()) {
      return;
    }
    target
        .format()
        .filter(format -> found.get() != format)
        .ifPresent(
            format ->
                problems.add(
                    "--output-format " + format.key(),
                    output + " holds " + found.get().key() + " files (leave it out)"));
    if (!storage.exists(Storage.join(output, PendingCommit.SUCCESS))
        && PendingCommit.read(storage, output).isEmpty()) {
      problems.add(
          place,
          "has no file _SUCCESS, so it may not be complete (replace it with --overwrite, or create"
              + " that file if you know that it is)");
    }
    Set<List<String>> layouts =
        files.stream().map(ScoreFiles::partitionColumns).collect(Collectors.toSet());
    layouts.stream()
        .filter(columns -> !columns.equals(target.partitionBy()))
        .findFirst()
        .ifPresent(
            columns ->
                problems.add(
                    place,
                    columns.isEmpty()
                        ? "it has no partitions (leave out --partition-by)"
                        : "it is partitioned by other columns (give --partition-by "
                            + String.join(",", columns)
                            + ")"));
  }

  /**
   * Opens an output.
   *
   * @param requireHeld throws an exception if the lease is lost
   */
  static FileOutput open(
      SparkSession session, Storage storage, ScoreTarget target, Runnable requireHeld) {
    return new FileOutput(
        session, storage, target, requireHeld, ScoreFiles.below(storage, target.text()));
  }

  /**
   * Completes or deletes what a killed job has left in an output whose lease is held.
   *
   * @return a note for the user; empty if nothing was left
   */
  static Optional<String> recover(Storage storage, String output) {
    Optional<PendingCommit> pending = PendingCommit.read(storage, output);
    if (pending.isPresent()) {
      pending.get().complete(storage, output);
      return Optional.of(
          "An earlier scoring job did not end while it published its rows; this command has put its "
              + pending.get().added().size()
              + " files in their places.");
    }
    if (PendingCommit.hasLeftovers(storage, output)) {
      PendingCommit.discard(storage, output);
      return Optional.of(
          "An earlier scoring job did not end, and published no row; this command has deleted its"
              + " files.");
    }
    PendingCommit.discard(storage, output); // An empty directory may be left.
    return Optional.empty();
  }

  /**
   * Tells what the next job will do with what a killed job has left in an output.
   *
   * @return empty if nothing was left
   */
  static Optional<String> unfinished(Storage storage, String output) {
    Optional<PendingCommit> pending = PendingCommit.read(storage, output);
    if (pending.isPresent()) {
      return Optional.of(
          "An earlier scoring job did not end while it published its rows. The next one first puts"
              + " its "
              + pending.get().added().size()
              + " files in their places, and the numbers above do not count their rows.");
    }
    return PendingCommit.hasLeftovers(storage, output)
        ? Optional.of(
            "An earlier scoring job did not end, and published no row. The next one deletes its"
                + " files.")
        : Optional.empty();
  }

  /** Returns whether an output is absent, or holds nothing but the traces of killed jobs. */
  static boolean isEmpty(Storage storage, String output) {
    return storage.isAbsentOrEmpty(output)
        || (storage.isDirectory(output)
            && storage.names(output).stream()
                .allMatch(name -> name.equals(PendingCommit.WORK) || OutputLease.isOwn(name)));
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
    return storage.qualified(target.text());
  }

  @Override
  public Optional<Dataset<Row>> previous() {
    return ScoreFiles.formatOf(before).map(found -> load(found, Storage.literal(target.text())));
  }

  @Override
  public Optional<Dataset<Row>> existing(StructType schema) {
    if (before.isEmpty()) {
      return Optional.empty();
    }
    String path = Storage.literal(target.text());
    if (format.hasSchema()) {
      StructType found = reader(format).option("mergeSchema", "true").load(path).schema();
      SchemaCheck.requireSame(target, found, schema, Set.copyOf(target.partitionBy()));
    }
    return Optional.of(
        reader(format)
            .schema(format == OutputFormat.CSV ? asWritten(path, schema) : schema)
            .load(path));
  }

  private Dataset<Row> load(OutputFormat files, String path) {
    return files == OutputFormat.CSV
        ? reader(files).schema(columns(path)).load(path)
        : reader(files).load(path);
  }

  /**
   * Returns the columns of CSV files, as text. Spark finds them without values of several lines
   * only, if the path has characters of a pattern.
   */
  private StructType columns(String path) {
    return reader(OutputFormat.CSV).option("multiLine", "false").load(path).schema();
  }

  private DataFrameReader reader(OutputFormat files) {
    return session.read().format(files.key()).options(files.options());
  }

  /** Returns columns in the order of those of CSV files, which are read by their positions. */
  private StructType asWritten(String path, StructType schema) {
    StructType found = columns(path);
    SchemaCheck.requireSame(target, found, schema, Set.of(schema.fieldNames()));
    return new StructType(
        Arrays.stream(found.fieldNames()).map(schema::apply).toArray(StructField[]::new));
  }

  @Override
  public void write(Dataset<Row> rows, long count, long rowsPerFile) {
    String job = PendingCommit.newJob();
    String output = target.text();
    try {
      List<String> added = stage(rows, count, rowsPerFile, PendingCommit.staging(output, job));
      requireHeld.run();
      PendingCommit commit = new PendingCommit(job, added, replaced(added));
      commit.write(storage, output);
    } catch (RuntimeException e) {
      discard(e);
      throw e;
    }
    try {
      PendingCommit.read(storage, output).orElseThrow().complete(storage, output);
    } catch (UncheckedIOException e) {
      throw new JobFailedException(
          e.getMessage()
              + " (the rows are complete, and the next command on "
              + output
              + " publishes them)",
          e);
    }
  }

  /** Returns columns in the order of a file's, behind which those of the partitions come. */
  private StructType inFiles(StructType schema) {
    StructType ordered = new StructType();
    for (StructField field : schema.fields()) {
      if (!target.partitionBy().contains(field.name())) {
        ordered = ordered.add(field);
      }
    }
    for (String partition : target.partitionBy()) {
      ordered = ordered.add(schema.apply(partition));
    }
    return ordered;
  }

  /** Writes the rows where no reader sees them, and returns the relative paths of the files. */
  private List<String> stage(Dataset<Row> rows, long count, long rowsPerFile, String staging) {
    rows.write()
        .format(format.key())
        .mode(SaveMode.ErrorIfExists)
        .partitionBy(target.partitionBy().toArray(String[]::new))
        .option("maxRecordsPerFile", rowsPerFile)
        .options(WriterOptions.of(rows.schema()))
        .options(format.options())
        .save(staging);
    Dataset<Row> staged =
        reader(format).schema(inFiles(rows.schema())).load(Storage.literal(staging));
    long written = InternalRows.count(staged);
    if (written != count) {
      throw new JobFailedException(
          "Cannot complete "
              + target.text()
              + ": its files have "
              + written
              + " rows, but "
              + count
              + " were scored (nothing was published; score it again)");
    }
    requirePartitions(rows, staged);
    return ScoreFiles.below(storage, staging);
  }

  /** Checks that the values of the partitions' columns survive as names of directories. */
  private void requirePartitions(Dataset<Row> rows, Dataset<Row> staged) {
    if (target.partitionBy().isEmpty()) {
      return;
    }
    Column[] columns = Identifier.columns(target.partitionBy());
    List<Row> lost =
        rows.select(columns)
            .distinct()
            .except(staged.select(columns).distinct())
            .limit(1)
            .collectAsList();
    if (!lost.isEmpty()) {
      throw new JobFailedException(
          "Cannot partition "
              + target.text()
              + " by "
              + String.join(",", target.partitionBy())
              + ": the value '"
              + Visible.of(lost.get(0).mkString("', '"))
              + "' would be read as another one from the name of a directory (nothing was"
              + " published; choose other columns, or an output of Iceberg)");
    }
  }

  private List<String> replaced(List<String> added) {
    return switch (target.mode()) {
      case CREATE, APPEND -> List.of();
      case OVERWRITE -> before;
      case OVERWRITE_PARTITIONS -> {
        Set<String> partitions =
            added.stream().map(ScoreFiles::partition).collect(Collectors.toSet());
        yield before.stream()
            .filter(file -> partitions.contains(ScoreFiles.partition(file)))
            .toList();
      }
    };
  }

  private void discard(RuntimeException failure) {
    try {
      requireHeld.run(); // Otherwise the files may be those of another command.
      PendingCommit.discard(storage, target.text());
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
