package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.driver.Versions;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.export.ExportFormat;
import dev.convoy.worker.export.ExportPlan;
import dev.convoy.worker.export.ExportReport;
import dev.convoy.worker.export.Exporter;
import dev.convoy.worker.export.InputPixels;
import dev.convoy.worker.model.Model;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = {
      "Writes a model as one file for other programs: ONNX, or a zip that plain Deeplearning4j"
          + " opens.",
      "Starts no Spark: --master has no effect, and --packages and --jars add file systems."
    })
final class ExportCommand extends ConvoyCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its run.")
  private String model;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "Format of the file: onnx or dl4j.")
  private String format;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The file to write, on any file system.")
  private String output;

  @Option(
      names = "--input-pixels",
      paramLabel = "PIXELS",
      description = {
        "Input of the exported network: normalised (float32 values that the caller has"
            + " normalised) or, for onnx, bytes (uint8 pixels that the network normalises)"
            + " (default: normalised)."
      })
  private String pixels = "normalised";

  @Option(names = "--overwrite", description = "Replace an existing exported file.")
  private boolean overwrite;

  @Override
  void run(Console console) {
    Problems problems = problems();
    ExportPlan plan =
        new ExportPlan(
            locateModel(model),
            OptionWord.read(ExportFormat.class, format, "--format", problems),
            OptionWord.read(InputPixels.class, pixels, "--input-pixels", problems),
            output,
            overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP);
    Storage storage = storage();
    ForeignInput.checkOutput(storage, output, problems);
    Exporter exporter = new Exporter(storage, Versions.convoy());
    Optional<Model> trained = exporter.check(plan, problems);
    problems.refuseIfAny("Cannot export");
    printModel(model, console);
    if (plan.format() == ExportFormat.DL4J && trained.orElseThrow().quantization().isPresent()) {
      console.warn("Deeplearning4j has no integers of 8 bits: the exported network is float32");
    }
    ExportReport report = exporter.run(plan, trained.orElseThrow());
    console.result(text(report), report);
  }

  static String text(ExportReport report) {
    return String.format(
        Locale.ROOT,
        "Exported %s: %s, %s bytes.%nIn:  %s%nOut: %s%nSHA-256: %s",
        report.output(),
        report.format() == ExportFormat.ONNX ? "ONNX, opset " + report.opset() : "DL4J",
        Numbers.count(report.bytes()),
        report.input(),
        report.probabilities(),
        report.sha256());
  }
}
