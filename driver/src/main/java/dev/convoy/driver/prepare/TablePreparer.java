package dev.convoy.driver.prepare;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.LabelledRows;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.prepare.RowPreparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.Versions;
import dev.convoy.driver.table.OpenTable;
import dev.convoy.driver.table.SparkTables;
import dev.convoy.driver.table.TrainingRows;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prepares a dataset of the rows of a table: files, a table of a lake format or of a catalog, or a
 * query. The same images with the same ids and labels give the dataset that {@link Preparer} makes
 * of them as files.
 */
public final class TablePreparer {
  /** Number of tasks for each concurrent one, since images differ in size. */
  private static final int TASKS_PER_SLOT = 4;

  private final SparkSession session;
  private final Storage storage;
  private final PreparePlan plan;
  private final TableSource source;
  private final WorkListener progress;

  private TablePreparer(
      SparkSession session, Storage storage, PreparePlan plan, WorkListener progress) {
    this.session = session;
    this.storage = storage;
    this.plan = plan;
    this.source = plan.table().orElseThrow();
    this.progress = progress;
  }

  /**
   * Checks everything that needs no Spark.
   *
   * @param plan plan of a table
   * @throws InvalidRequestException with all faults
   */
  public static void check(Storage storage, PreparePlan plan) {
    Problems problems = new Problems();
    Preparer.checkOutput(storage, plan, problems);
    TableSource source = plan.table().orElseThrow();
    Optional<RowFormat> format = format(storage, plan);
    if (source.path().isPresent()) {
      if (!storage.exists(plan.input())) {
        problems.add(source.toString(), "there is no such file or directory");
      } else if (format.isEmpty()) {
        problems.add(
            source.toString(), "its files are not those of one table (name the format: --format)");
      }
      if (source.version().isPresent() && format.flatMap(RowFormat::lake).isEmpty()) {
        problems.add(
            "--version-as-of", "only a Delta or Iceberg table has versions (leave it out)");
      }
    }
    format.ifPresent(found -> SparkTables.requireReader(source, found, problems));
    problems.refuseIfAny("Cannot prepare " + plan.input());
  }

  /** Returns the format of the files of a plan; empty if it names none, or a table or a query. */
  private static Optional<RowFormat> format(Storage storage, PreparePlan plan) {
    return plan.format()
        .map(RowFormat.class::cast)
        .or(
            () ->
                plan.table()
                    .flatMap(TableSource::path)
                    .flatMap(path -> RowFormat.ofTable(storage, path)));
  }

  /**
   * Carries out a plan.
   *
   * @param plan plan of a table
   * @param progress is told how far the work is
   * @throws InvalidRequestException if the table or the output is not valid, with all faults
   * @throws JobFailedException if rows are bad and the plan does not allow it, or the work fails
   */
  public static PrepareReport run(
      SparkSession session, Storage storage, PreparePlan plan, WorkListener progress) {
    return new TablePreparer(session, storage, plan, progress).run();
  }

  private PrepareReport run() {
    long start = System.nanoTime();
    check(storage, plan);
    String verdict = "Cannot prepare " + plan.input();
    Optional<RowFormat> format = format(storage, plan);
    OpenTable table = open(format);
    Problems problems = new Problems();
    if (source.path().isEmpty()) {
      SparkTables.checkFiles(
          storage,
          source,
          table.rows(),
          Optional.of(plan.output()),
          "--output " + plan.output(),
          problems);
    }
    Optional<ExampleRows> examples = ExampleRows.of(table, plan, problems);
    problems.refuseIfAny(verdict);
    RowPreparer.Report report = prepare(examples.orElseThrow(), table);
    return new PrepareReport(
        report.output(),
        report.manifest(),
        format.map(found -> found),
        report.rows(),
        report.added(),
        report.known(),
        report.fitted(),
        report.sources(),
        table.skipped(),
        List.of(),
        (System.nanoTime() - start) / 1e9,
        Stream.concat(table.notes().stream(), report.notes().stream()).toList(),
        report.warnings());
  }

  private OpenTable open(Optional<RowFormat> format) {
    return source.path().isEmpty()
        ? OpenTable.ofSpark(session, InputUse.PREPARE, source)
        : OpenTable.ofFiles(
            session,
            new InputListing(storage, plan.input()),
            format.orElseThrow(),
            InputUse.PREPARE,
            source);
  }

  private RowPreparer.Report prepare(ExampleRows examples, OpenTable table) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (TrainingRows reading = TrainingRows.open(spark)) {
      LabelledRows rows;
      progress.begin("Reading the table", "rows", OptionalLong.empty());
      try {
        rows =
            reading.read(
                inEnoughTasks(examples.rows()),
                examples.columns(),
                new TrainingRows.Repeated(
                    "Cannot prepare " + plan.input() + ": " + examples.idOption(),
                    "name a column of unique values with --id-column, or choose rows with"
                        + " --query"));
      } finally {
        progress.end();
      }
      Problems problems = new Problems();
      List<String> labels =
          examples.columns().label().all("--label-column", rows.labels(), rows.count(), problems);
      problems.refuseIfAny("Cannot prepare " + plan.input());
      labels = plan.append() ? known(labels) : labels;
      return RowPreparer.ofCommand(session, plan, Versions.convoy(), progress)
          .run(rows, labels, table.skipped());
    }
  }

  /** Returns the labels of the dataset to which rows are appended. */
  private List<String> known(List<String> found) {
    for (String label : found) {
      if (!plan.labels().contains(label)) {
        throw new InvalidRequestException(
            "Cannot prepare "
                + plan.input()
                + ": the dataset has no label "
                + Visible.of(label)
                + ", so images of it cannot be appended (prepare all images anew)");
      }
    }
    return plan.labels();
  }

  /** A short list of paths is one partition, and its images are many. */
  private Dataset<Row> inEnoughTasks(Dataset<Row> rows) {
    int wanted = session.sparkContext().defaultParallelism() * TASKS_PER_SLOT;
    return rows.javaRDD().getNumPartitions() < wanted ? rows.repartition(wanted) : rows;
  }
}
