package dev.convoy.driver.score.output;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.LakeTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An output with its lease, which a scoring job holds from its beginning to its end.
 *
 * @param output the output
 * @param lease empty for a table of a catalog that does not exist yet: of two jobs that create it,
 *     the catalog refuses one
 * @param notes what killed jobs had left in the output
 */
public record OpenOutput(ScoreOutput output, Optional<OutputLease> lease, List<String> notes)
    implements AutoCloseable {
  private static final String DELTA_LOG = "_delta_log";

  /** The directories of an Iceberg table. */
  private static final Set<String> ICEBERG_PARTS = Set.of("data", "metadata");

  /** Delta's catalog, which keeps its tables in Spark's own one. */
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

  public OpenOutput {
    notes = List.copyOf(notes);
  }

  /**
   * Checks everything about a target that needs no Spark.
   *
   * @param others paths that the output must not contain, and that must not contain it
   * @param problems receives the reasons against the output
   */
  public static void check(
      Storage storage, ScoreTarget target, List<String> others, Problems problems) {
    target
        .format()
        .flatMap(OutputFormat::missingPackage)
        .ifPresent(
            name ->
                problems.add(
                    "--output-format " + target.format().get().key(),
                    "its writer is not here (add --packages " + name + ")"));
    if (target.mode() == WriteMode.OVERWRITE_PARTITIONS && target.partitionBy().isEmpty()) {
      problems.add("--overwrite-partitions", "needs the columns of the partitions: --partition-by");
    }
    target.path().ifPresent(path -> checkPath(storage, target, path, others, problems));
  }

  private static void checkPath(
      Storage storage, ScoreTarget target, String path, List<String> others, Problems problems) {
    for (String other : others) {
      if (storage.isWithin(path, other) || storage.isWithin(other, path)) {
        problems.add(
            target.toString(),
            "must neither be inside " + other + " nor contain it (choose another --output)");
        return;
      }
    }
    OutputLease.refusal(storage, path).ifPresent(reason -> problems.add(target.toString(), reason));
    Optional<OutputFormat> table = tableAt(storage, path);
    if (isUnfinished(storage, target, path)) {
      storage.writeRefusal(path).ifPresent(problems::add);
      return;
    }
    if (table.isEmpty()) {
      ForeignInput.checkOutput(storage, path, problems);
      if (target.format().flatMap(OutputFormat::lake).isEmpty()) {
        FileOutput.check(storage, target, problems);
      } else if (!FileOutput.isEmpty(storage, path)) {
        problems.add(
            target.toString(),
            "it holds files that are not of a table of the format "
                + target.format().get().key()
                + " (choose another --output)");
      }
      return;
    }
    storage.writeRefusal(path).ifPresent(problems::add);
    if (target.format().isPresent() && !target.format().equals(table)) {
      problems.add(
          "--output-format " + target.format().get().key(),
          path + " is a table of the format " + table.get().key() + " (leave it out)");
    }
    table
        .get()
        .missingPackage()
        .ifPresent(
            name ->
                problems.add(
                    target.toString(),
                    "it is a table of the format "
                        + table.get().key()
                        + ", whose writer is not here (add --packages "
                        + name
                        + ")"));
    if (target.mode() == WriteMode.CREATE) {
      problems.add(
          target.toString(),
          "it exists (choose another --output, replace its rows with --overwrite, or add rows with"
              + " --append)");
    }
  }

  private static Optional<OutputFormat> tableAt(Storage storage, String path) {
    return LakeTable.whole(storage, path)
        .flatMap(table -> OutputFormat.of(table.format()))
        .filter(format -> format != OutputFormat.DELTA || hasVersion(storage, path));
  }

  /** Returns whether the log of a Delta table has a version. */
  private static boolean hasVersion(Storage storage, String path) {
    return storage.names(Storage.join(path, DELTA_LOG)).stream()
        .anyMatch(name -> name.endsWith(".json") || name.endsWith(".parquet"));
  }

  /**
   * Returns whether a scoring job was killed here while it created a table, before the table had a
   * version. What it has written belongs to no table, and the lease of the job tells that it was
   * one.
   */
  private static boolean isUnfinished(Storage storage, ScoreTarget target, String path) {
    List<String> names = storage.names(path);
    if (names.stream().noneMatch(OutputLease::isOwn) || tableAt(storage, path).isPresent()) {
      return false;
    }
    return switch (target.format().orElse(OutputFormat.PARQUET)) {
      case DELTA -> names.contains(DELTA_LOG);
      case ICEBERG ->
          names.stream().allMatch(name -> OutputLease.isOwn(name) || ICEBERG_PARTS.contains(name));
      case PARQUET, ORC, AVRO, JSON, CSV -> false;
    };
  }

  /**
   * Opens an output for writing: takes its lease, and completes or deletes what a killed job has
   * left there.
   *
   * @throws dev.convoy.data.InvalidRequestException if it cannot be written as the target states,
   *     or if another job writes there
   */
  public static OpenOutput of(SparkSession session, Storage storage, ScoreTarget target) {
    Optional<OutputLease> lease =
        place(session, target).map(place -> OutputLease.take(storage, place));
    try {
      Optional<String> note =
          target.path().filter(storage::exists).flatMap(path -> FileOutput.recover(storage, path));
      Runnable requireHeld = () -> lease.ifPresent(OutputLease::requireHeld);
      ScoreOutput output = output(session, storage, target, requireHeld);
      return new OpenOutput(output, lease, note.stream().toList());
    } catch (RuntimeException e) {
      lease.ifPresent(OutputLease::close);
      throw e;
    }
  }

  /** Opens an output for reading only; nothing is changed there. */
  public static ScoreOutput unchanged(SparkSession session, Storage storage, ScoreTarget target) {
    return output(
        session,
        storage,
        target,
        () -> {
          throw new IllegalStateException("this output was not opened for writing");
        });
  }

  /**
   * Tells what the next job will do with what a killed job has left in a directory of scores.
   *
   * @return empty if nothing was left
   */
  public static Optional<String> unfinished(Storage storage, ScoreTarget target) {
    return target.path().flatMap(path -> FileOutput.unfinished(storage, path));
  }

  private static ScoreOutput output(
      SparkSession session, Storage storage, ScoreTarget target, Runnable requireHeld) {
    Problems problems = new Problems();
    checkCatalog(session, target, problems);
    boolean exists =
        target.path().isPresent()
            ? tableAt(storage, target.text()).isPresent()
            : isTable(session, target);
    Optional<OutputFormat> format =
        exists
            ? target.path().isPresent()
                ? tableAt(storage, target.text())
                : provider(session, target)
            : target.format().filter(wanted -> wanted.lake().isPresent());
    if (target.path().isPresent() && format.isEmpty()) {
      FileOutput.check(storage, target, problems);
      problems.refuseIfAny("Cannot score");
      return FileOutput.open(session, storage, target, requireHeld);
    }
    if (format.isEmpty()) {
      problems.add(
          target.toString(),
          exists
              ? "it is no table of Delta Lake or Iceberg, and other tables cannot take all rows of a"
                  + " job or none (score into a directory: --output)"
              : "there is no such table (to create it, give --output-format delta or iceberg)");
    } else if (target.format().isPresent() && !target.format().equals(format)) {
      problems.add(
          "--output-format " + target.format().get().key(),
          target.text() + " is a table of the format " + format.get().key() + " (leave it out)");
    }
    problems.refuseIfAny("Cannot score");
    String place = target.path().map(storage::qualified).orElse(target.text());
    TableOutput table = new TableOutput(session, target, place, format.get(), exists, requireHeld);
    table.check(problems);
    problems.refuseIfAny("Cannot score");
    return table;
  }

  /** Refuses a table of a catalog that Spark forgets when the command ends. */
  private static void checkCatalog(SparkSession session, ScoreTarget target, Problems problems) {
    String first = target.text().split("\\.")[0].replace("`", "");
    String own = session.conf().get("spark.sql.catalog.spark_catalog", "");
    boolean lasting =
        (!session.conf().get("spark.sql.catalog." + first, "").isEmpty() && !isOfSession(first))
            || !(own.isEmpty() || own.equals(DELTA_CATALOG))
            || session.conf().get("spark.sql.catalogImplementation", "in-memory").equals("hive");
    if (target.path().isEmpty() && !lasting) {
      problems.add(
          target.toString(),
          "it would be a table of Spark's own catalog, which this command keeps in memory and then"
              + " forgets (name a table of a catalog that is configured with"
              + " --set spark.sql.catalog.NAME=…, or score into a directory: --output)");
      problems.refuseIfAny("Cannot score");
    }
  }

  private static boolean isOfSession(String catalog) {
    return catalog.equals("spark_catalog");
  }

  /** Returns the directory of an output; empty for a table that does not exist. */
  private static Optional<String> place(SparkSession session, ScoreTarget target) {
    return target
        .path()
        .or(
            () ->
                isTable(session, target)
                    ? described(session, target, "Location")
                    : Optional.empty());
  }

  private static boolean isTable(SparkSession session, ScoreTarget target) {
    try {
      return session.catalog().tableExists(target.text());
    } catch (Exception e) {
      // A ParseException, which Spark does not declare.
      if (!(e instanceof SparkThrowable)) {
        throw e;
      }
      throw new InvalidRequestException(
          "Cannot score: " + target + ": it is not the name of a table (CATALOG.DATABASE.TABLE)",
          e);
    }
  }

  private static Optional<OutputFormat> provider(SparkSession session, ScoreTarget target) {
    return described(session, target, "Provider")
        .flatMap(
            provider ->
                Stream.of(OutputFormat.DELTA, OutputFormat.ICEBERG)
                    .filter(lake -> lake.key().equals(provider.toLowerCase(Locale.ROOT)))
                    .findFirst());
  }

  /** Returns what Spark tells about a table, by the name of the property. */
  private static Optional<String> described(
      SparkSession session, ScoreTarget target, String property) {
    return session.sql("DESCRIBE TABLE EXTENDED " + target.text()).collectAsList().stream()
        .filter(row -> property.equals(row.getString(0)))
        .map((Row row) -> row.getString(1))
        .findFirst();
  }

  /** Releases the lease. */
  @Override
  public void close() {
    lease.ifPresent(OutputLease::close);
  }
}
