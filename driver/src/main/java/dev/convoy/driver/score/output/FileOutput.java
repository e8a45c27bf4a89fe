package dev.convoy.driver.score.output;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.driver.sql.Identifier;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
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
            ? target.partitionedBy(partitionColumns(before.get(0)))
            : target;
    this.format =
        (target.mode() == WriteMode.OVERWRITE
                ? target.format().or(() -> formatOf(before))
                : formatOf(before).or(target::format))
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
    List<String> files = files(storage, output);
    Optional<OutputFormat> found = formatOf(files);
    Optional<String> other =
        files.stream().filter(file -> found.isEmpty() || !found.get().isPart(file)).findFirst();
    if (other.isPresent()) {
      problems.add(place, "holds " + other.get() + ", which is no score (choose another --output)");
      return;
    }
    linkBelow(storage, output, files)
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
        files.stream().map(FileOutput::partitionColumns).collect(Collectors.toSet());
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
    return new FileOutput(session, storage, target, requireHeld, files(storage, target.text()));
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
    return formatOf(before)
        .map(found -> session.read().format(found.key()).load(Storage.literal(target.text())));
  }

  @Override
  public Optional<Dataset<Row>> existing(StructType schema) {
    if (before.isEmpty()) {
      return Optional.empty();
    }
    String path = Storage.literal(target.text());
    if (format.hasSchema()) {
      StructType found =
          session.read().format(format.key()).option("mergeSchema", "true").load(path).schema();
      SchemaCheck.requireSame(target, found, schema, Set.copyOf(target.partitionBy()));
    }
    return Optional.of(session.read().format(format.key()).schema(schema).load(path));
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

  /** Writes the rows where no reader sees them, and returns the relative paths of the files. */
  private List<String> stage(Dataset<Row> rows, long count, long rowsPerFile, String staging) {
    rows.write()
        .format(format.key())
        .mode(SaveMode.ErrorIfExists)
        .partitionBy(target.partitionBy().toArray(String[]::new))
        .option("maxRecordsPerFile", rowsPerFile)
        .options(WriterOptions.of(rows.schema()))
        .save(staging);
    Dataset<Row> staged =
        session.read().format(format.key()).schema(rows.schema()).load(Storage.literal(staging));
    long written = staged.count();
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
    return files(storage, staging);
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
            added.stream().map(FileOutput::partition).collect(Collectors.toSet());
        yield before.stream().filter(file -> partitions.contains(partition(file))).toList();
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

  private static Optional<OutputFormat> formatOf(List<String> files) {
    return Arrays.stream(OutputFormat.values())
        .filter(format -> files.stream().anyMatch(format::isPart))
        .findFirst();
  }

  private static List<String> files(Storage storage, String directory) {
    return storage.isDirectory(directory)
        ? storage.filesBelow(directory).stream().map(Storage.Entry::relative).toList()
        : List.of();
  }

  /** Returns a directory of an output on a local disk that is a link, relative to the output. */
  private static Optional<String> linkBelow(Storage storage, String output, List<String> files) {
    Set<String> directories = new TreeSet<>();
    for (String file : files) {
      for (int slash = file.indexOf('/'); slash > 0; slash = file.indexOf('/', slash + 1)) {
        directories.add(file.substring(0, slash));
      }
    }
    return directories.stream()
        .filter(
            directory ->
                storage
                    .local(Storage.join(output, directory))
                    .filter(Files::isSymbolicLink)
                    .isPresent())
        .findFirst();
  }

  private static String partition(String file) {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }

  private static List<String> partitionColumns(String file) {
    List<String> columns = new ArrayList<>();
    for (String name : partition(file).split("/")) {
      if (!name.isEmpty()) {
        // Spark escapes characters that file systems do not take.
        String escaped = name.substring(0, name.indexOf('=')).replace("+", "%2B");
        columns.add(URLDecoder.decode(escaped, StandardCharsets.UTF_8));
      }
    }
    return columns;
  }
}
