package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.driver.Versions;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.ProgressReport;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "prepare",
    description = {
      "Makes a dataset of raw images: decodes them, resizes them to one size, divides them into splits, and measures mean and standard deviation.",
      "The input is a directory of IDX pairs (x-images-idx3-ubyte[.gz] beside"
          + " x-labels-idx1-ubyte[.gz]) or one folder of PNG and JPEG files for each label."
          + " Transparent images are drawn on black.",
      "Links are followed. Hidden files (names that start with a dot, and markers of operating"
          + " systems, Hadoop and Spark) and files of other kinds are skipped; the report counts"
          + " them by kind and names the first."
    })
final class PrepareCommand extends ConvoyCommand {
  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "Directory of raw images.")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the dataset.")
  private String output;

  @Option(names = "--overwrite", description = "Replace an existing dataset.")
  private boolean overwrite;

  @Override
  void run(Console console) {
    Problems problems = problems();
    PreparePlan.Builder builder = read(settings(), input, output, problems);
    builder.existing(overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP);
    problems.refuseIfAny("Cannot prepare");
    PreparePlan plan = builder.build();
    Preparer.check(storage(), plan);
    PrepareReport report = withSpark(session -> prepare(session, plan, console));
    report.warnings().forEach(console::warn);
    console.result(DatasetText.prepared(report), DatasetText.json(report));
  }

  /** Prepares the dataset and shows the progress. */
  static PrepareReport prepare(SparkSession session, PreparePlan plan, Console console) {
    try (ProgressReport progress = new ProgressReport(console)) {
      return Preparer.run(session, plan, Versions.convoy(), progress);
    }
  }

  /** Reads all keys of preparation; faults go to {@code problems}. */
  static PreparePlan.Builder read(
      Settings settings, String input, String output, Problems problems) {
    PreparePlan.Builder builder =
        PreparePlan.from(input, output)
            .format(settings.get(Keys.PREPARE_FORMAT))
            .fit(settings.get(Keys.PREPARE_FIT))
            .validation(settings.get(Keys.PREPARE_VALIDATION))
            .test(settings.get(Keys.PREPARE_TEST))
            .onBad(settings.get(Keys.PREPARE_ON_BAD))
            .maxBad(settings.get(Keys.PREPARE_MAX_BAD))
            .seed(settings.get(Keys.PREPARE_SEED));
    String size = settings.get(Keys.PREPARE_SIZE);
    if (!size.equals(Keys.FROM_SOURCE)) {
      try {
        builder.size(ImageSize.of(size));
      } catch (IllegalArgumentException e) {
        problems.add("prepare.size = " + size, "must be HEIGHTxWIDTH in pixels, such as 28x28");
      }
    }
    switch (settings.get(Keys.PREPARE_CHANNELS)) {
      case Keys.FROM_SOURCE -> {}
      case "1" -> builder.channels(1);
      case "3" -> builder.channels(3);
      default ->
          problems.add(
              "prepare.channels = " + settings.get(Keys.PREPARE_CHANNELS),
              "must be 1 (grey), 3 (colour) or " + Keys.FROM_SOURCE);
    }
    return builder;
  }
}
