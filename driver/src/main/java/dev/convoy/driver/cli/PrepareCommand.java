package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.driver.Versions;
import dev.convoy.driver.config.PreparePlans;
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
          + " x-labels-idx1-ubyte[.gz]), of the binary files of CIFAR, or one folder of images for each label, or tar archives of such folders or of a WebDataset, plain or compressed with gzip or zstd. Images are PNG, JPEG, GIF (the"
          + " first image), BMP, TIFF (the first page), WebP and PNM, as their contents say."
          + " Transparent pixels are drawn on black, or on what --background says.",
      "Links are followed. Hidden files (names that start with a dot, and markers of operating"
          + " systems, Hadoop and Spark) and files of other kinds are skipped; the report counts"
          + " them by kind and names the first."
    })
final class PrepareCommand extends ConvoyCommand {
  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "Directory of raw images, or a tar archive, or a pattern of these.")
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
    PreparePlan.Builder builder = PreparePlans.read(settings(), input, output, problems);
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
}
