package dev.convoy.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.ExampleColumns;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.driver.Versions;
import dev.convoy.driver.config.PrepareKeys;
import dev.convoy.driver.config.PreparePlans;
import dev.convoy.driver.config.Switch;
import dev.convoy.driver.dataset.DatasetReport;
import dev.convoy.driver.dataset.Finding;
import dev.convoy.driver.prepare.TablePreparer;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.ProgressReport;
import dev.convoy.driver.table.ImagePaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prepare",
    description = {
      "Makes a dataset of raw images: decodes them, resizes them to one size, divides them into splits, and measures mean and standard deviation.",
      "The input is a directory of IDX pairs (x-images-idx3-ubyte[.gz] beside"
          + " x-labels-idx1-ubyte[.gz]), of the binary files of CIFAR, or one folder of images for each label, or tar archives of such folders or of a WebDataset, plain or compressed with gzip or zstd. Images are PNG, JPEG, GIF (the"
          + " first image), BMP, TIFF (the first page), WebP and PNM, as their contents say."
          + " Transparent pixels are drawn on black, or on what --background says.",
      "It may also be a table: files of Parquet, ORC or Avro, CSV or JSON files of paths and labels,"
          + " a table of Delta Lake, of Iceberg or of a catalog, or the rows of a query.",
      "Links are followed. Hidden files (names that start with a dot, and markers of operating"
          + " systems, Hadoop and Spark) and files of other kinds are skipped; the report counts"
          + " them by kind and names the first."
    })
final class PrepareCommand extends ConvoyCommand {
  @Mixin private SourceOptions source = new SourceOptions();

  @Option(
      names = "--image-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with the images: image files, their paths, structs of Spark's image"
              + " source, structs with a field bytes, or, with --size and --channels, raw"
              + " channel-major bytes of that shape (default: image).")
  private String imageColumn;

  @Option(
      names = "--image-path",
      paramLabel = "PATTERN",
      description =
          "Path of an image, in which {} stands for the value of the image column, such as"
              + " train/{}.jpg (default: {}). Paths in CSV and JSON files are relative to the"
              + " directory of these files.")
  private String imagePath;

  @Option(
      names = "--label-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with the labels: names, or class indices from 0 on (default: label).")
  private String labelColumn;

  @Option(
      names = "--id-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with an id for each row (default: the paths, or digests of the"
              + " images).")
  private String idColumn;

  @Option(
      names = "--split-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with the split of each row: train, validation or test, or null to have"
              + " it drawn (default: all are drawn).")
  private String splitColumn;

  @Option(
      names = "--group-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with a group for each row, such as a patient: all of its rows come into"
              + " one split (default: rows are drawn one by one).")
  private String groupColumn;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the dataset.")
  private String output;

  @Option(names = "--overwrite", description = "Replace an existing dataset.")
  private boolean overwrite;

  @Option(
      names = "--append",
      description =
          "Add images to the dataset, if there is one already. Its examples keep their splits and its normalisation;"
              + " images whose ids it has are left as they are.")
  private boolean append;

  @Override
  void run(Console console) {
    Problems problems = problems();
    Optional<InputFormat> format = settings().get(PrepareKeys.FORMAT);
    TableSource from = source.source("Cannot prepare", format.isPresent(), problems);
    PreparePlan.Builder builder = PreparePlans.read(settings(), from.text(), output);
    builder.existing(overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP);
    boolean isTable = isTable(from, format);
    if (isTable) {
      builder.table(from, columns(problems));
    } else {
      refuseColumns(from, problems);
    }
    if (append) {
      appendTo(builder, problems);
    }
    problems.refuseIfAny("Cannot prepare");
    PreparePlan plan = builder.build();
    if (isTable) {
      TablePreparer.check(storage(), plan);
    } else {
      Preparer.check(storage(), plan);
    }
    boolean look = settings().get(PrepareKeys.REPORT) == Switch.ON;
    Outcome outcome;
    try (StoppableWork work = StoppableWork.listen()) {
      outcome = withSpark(session -> run(session, plan, look, console, work));
    }
    PrepareReport report = outcome.report;
    report.warnings().forEach(console::warn);
    outcome.findings.stream()
        .filter(finding -> finding.weight() == Finding.Weight.WARNING)
        .forEach(finding -> console.warn(finding.text()));
    console.result(
        DatasetText.prepared(report) + page(report, look), json(report, outcome.findings, look));
  }

  private Outcome run(
      SparkSession session, PreparePlan plan, boolean look, Console console, StoppableWork work) {
    String dataset = "the dataset " + Visible.of(output);
    String before =
        plan.append()
            ? " is as it was"
            : overwrite && ImageDataset.isDataset(storageOf(session), output)
                ? " is the earlier one"
                : " was not written";
    PrepareReport report =
        work.run(
            session,
            dataset + before + " (the same command starts again)",
            () -> prepare(session, plan, console, work::endingParts));
    if (!look) {
      return new Outcome(report, List.of());
    }
    return new Outcome(
        report,
        work.run(
            session,
            dataset
                + " is complete, but not its report (the same command with "
                + (append ? "--append" : "--overwrite")
                + " makes it)",
            () -> look(session, report, console)));
  }

  private void appendTo(PreparePlan.Builder builder, Problems problems) {
    if (overwrite) {
      problems.add("--append", "adds to what --overwrite replaces (leave one of both out)");
    }
    if (ImageDataset.isDataset(storage(), output)) {
      builder.appendTo(ImageDataset.open(storage(), output).manifest(), problems);
    }
  }

  private record Outcome(PrepareReport report, List<Finding> findings) {}

  private static List<Finding> look(SparkSession session, PrepareReport report, Console console) {
    try (ProgressReport progress = new ProgressReport(console)) {
      return DatasetReport.write(session, storageOf(session), report, progress);
    }
  }

  private static String page(PrepareReport report, boolean looked) {
    return looked
        ? System.lineSeparator()
            + "Report: "
            + Visible.of(Storage.join(report.output(), DatasetQuality.PAGE))
        : "";
  }

  private static ObjectNode json(PrepareReport report, List<Finding> findings, boolean looked) {
    ObjectNode json = DatasetText.json(report);
    if (looked) {
      json.put("report", Storage.join(report.output(), DatasetQuality.PAGE));
      json.set("findings", Json.tree(findings));
    }
    return json;
  }

  private boolean isTable(TableSource from, Optional<InputFormat> format) {
    return from.path().isEmpty()
        || format
            .map(RowFormat.class::isInstance)
            .orElseGet(() -> RowFormat.ofTable(storage(), from.text()).isPresent());
  }

  private ExampleColumns columns(Problems problems) {
    return new ExampleColumns(
        imageColumn == null ? "image" : imageColumn,
        ImagePaths.of(imagePath, problems).pattern(),
        labelColumn == null ? "label" : labelColumn,
        Optional.ofNullable(idColumn),
        Optional.ofNullable(splitColumn),
        Optional.ofNullable(groupColumn));
  }

  private void refuseColumns(TableSource from, Problems problems) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("--image-column", imageColumn);
    given.put("--image-path", imagePath);
    given.put("--label-column", labelColumn);
    given.put("--id-column", idColumn);
    given.put("--split-column", splitColumn);
    given.put("--group-column", groupColumn);
    given.forEach(
        (option, value) -> {
          if (value != null && new InputListing(storage(), from.text()).exists()) {
            problems.add(
                option + " " + value,
                "is of a table, and "
                    + from.text()
                    + " is not one (leave it out, or name the table's format with --format)");
          }
        });
    if (source.hasVersion()) {
      problems.add("--version-as-of", "only a Delta or Iceberg table has versions (leave it out)");
    }
  }

  /** Prepares the dataset and shows the progress. */
  static PrepareReport prepare(SparkSession session, PreparePlan plan, Console console) {
    return prepare(session, plan, console, UnaryOperator.identity());
  }

  private static PrepareReport prepare(
      SparkSession session,
      PreparePlan plan,
      Console console,
      UnaryOperator<WorkListener> listening) {
    try (ProgressReport shown = new ProgressReport(console)) {
      WorkListener progress = listening.apply(shown);
      PrepareReport report =
          plan.table().isPresent()
              ? TablePreparer.run(session, storageOf(session), plan, progress)
              : Preparer.run(session, plan, Versions.convoy(), progress);
      ApplicationMetrics metrics = ApplicationMetrics.of(session.sparkContext());
      metrics.count("prepare.images", report.images());
      metrics.count("prepare.rejected", report.manifest().rejected());
      return report;
    }
  }
}
