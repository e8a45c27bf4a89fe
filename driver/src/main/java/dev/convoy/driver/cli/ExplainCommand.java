package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.driver.config.ScoreKeys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.explain.ExplainPlan;
import dev.convoy.driver.explain.ExplainReport;
import dev.convoy.driver.explain.Explainer;
import dev.convoy.driver.explain.measure.Shifts;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.transform.FitChoice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = {
      "Shows how a model classifies an image, as one HTML page and its pictures: the learned filters,"
          + " the feature maps layer by layer, the receptive field, which pixels decided the label,"
          + " and how the prediction changes when images are shifted."
    })
final class ExplainCommand extends ConvoyCommand {
  @Parameters(paramLabel = "MODEL", description = "A model's directory, or a run's.")
  private String model;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "An image file, resized as the images of the model's dataset were (default: a test example that the"
              + " model predicts correctly).")
  private String image;

  @Option(
      names = "--fit",
      paramLabel = "FIT",
      description =
          "How a file of another size is resized to that of the model's training images: pad, crop,"
              + " stretch, auto (as its dataset was), or none (it keeps its size, which the network"
              + " must accept) (default: auto).")
  private String fit = "auto";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Dataset for the test images (default: the one that the model was trained on, if it is"
              + " still there).")
  private String data;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The example of the dataset to explain, by its id.")
  private String id;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Directory for the page and its pictures (default: convoy-explanation).")
  private String output = "convoy-explanation";

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Number of test images that are shifted (default: 200).")
  private int sample = 200;

  @Option(
      names = "--shift",
      paramLabel = "PIXELS",
      description = "Largest shift in pixels (default: a seventh of the image's shorter side).")
  private Integer shift;

  @Option(names = "--overwrite", description = "Replace an existing explanation.")
  private boolean overwrite;

  @Override
  void run(Console console) {
    long started = System.nanoTime();
    Problems problems = problems();
    Settings settings = settings();
    if (sample < 1) {
      problems.add("--sample " + sample, "must be at least 1");
    }
    if (shift != null && (shift < 1 || shift > ExplainPlan.MAX_REACH)) {
      problems.add("--shift " + shift, "must be from 1 to " + ExplainPlan.MAX_REACH);
    }
    ForeignInput.checkOutput(storage(), output, problems);
    FitChoice fitting = OptionWord.read(FitChoice.class, fit, "--fit", problems);
    problems.refuseIfAny("Cannot explain");
    ExplainPlan plan =
        new ExplainPlan(
            locateModel(model),
            Optional.ofNullable(image),
            fitting,
            Optional.ofNullable(data),
            Optional.ofNullable(id),
            output,
            sample,
            shift == null ? OptionalInt.empty() : OptionalInt.of(shift),
            settings.get(ScoreKeys.BATCH),
            nativeThreads(),
            overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP);
    printModel(model, console);
    ExplainReport report = new Explainer(storage(), this::withSpark, console::progress).run(plan);
    console.result(text(report, (System.nanoTime() - started) / 1e9), report);
  }

  private static String text(ExplainReport report, double seconds) {
    String truth =
        report.label() == null ? "" : " (its label is " + Visible.of(report.label()) + ")";
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Explained %s in %s: predicted %s with probability %s%s.%n",
            Visible.of(report.image()),
            Numbers.duration(seconds),
            Visible.of(report.prediction()),
            Numbers.ratio(report.probability()),
            truth));
    if (report.shifts() != null) {
      List<Shifts.Ring> rings = report.shifts().byDistance();
      rings.stream()
          .skip(1)
          .forEach(
              ring ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "Shifted by %s: %s of %d predictions unchanged.%n",
                          Numbers.count(ring.distance(), "pixel"),
                          Numbers.percent(ring.unchanged()),
                          report.shifts().images())));
    }
    return text.append(String.format(Locale.ROOT, "Page: %s%n", Visible.of(report.page())))
        .append("Pictures: ")
        .append(report.pictures().size())
        .append(" PNG files beside it")
        .toString();
  }
}
