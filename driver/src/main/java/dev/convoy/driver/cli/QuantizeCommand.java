package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.quantize.QuantizePlan;
import dev.convoy.driver.quantize.QuantizeReport;
import dev.convoy.driver.quantize.Quantizer;
import dev.convoy.driver.report.Console;
import dev.convoy.worker.scoring.BatchSize;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "quantize",
    description = {
      "Makes a model one that scores in integers of 8 bits, which is faster: chooses their scales"
          + " from images of the train split, measures the accuracy of both on the validation"
          + " split, and writes a model directory like any other.",
      "Refuses to write it if too much accuracy is lost."
    })
final class QuantizeCommand extends ConvoyCommand {
  private static final int DEFAULT_IMAGES = 512;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its run.")
  private String model;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "The dataset.")
  private String data;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The quantized model.")
  private String output;

  @Option(names = "--overwrite", description = "Replace an earlier model there.")
  private boolean overwrite;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Images of the train split from which the ranges of values are taken (default: "
              + DEFAULT_IMAGES
              + ").")
  private int images = DEFAULT_IMAGES;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "Split on which the accuracies are measured: train, validation or test (default:"
              + " validation).")
  private String split = "validation";

  @Option(
      names = "--most-loss",
      paramLabel = "POINTS",
      description = "Largest loss of accuracy, in percentage points (default: 0.3).")
  private double mostLoss = 0.3;

  @Option(
      names = "--float32-layers",
      split = ",",
      paramLabel = "LAYER",
      description = "Layers that compute in float32 (default: none).")
  private List<String> float32Layers = List.of();

  @Override
  void run(Console console) {
    Problems problems = problems();
    BatchSize batch = settings().get(Keys.EVALUATE_BATCH);
    Split part = Split.VALIDATION;
    try {
      part = Split.of(split);
    } catch (IllegalArgumentException e) {
      problems.add("--split", e.getMessage());
    }
    if (images < 1) {
      problems.add("--images " + images, "must be at least 1");
    }
    if (!(mostLoss >= 0 && mostLoss <= 100)) {
      problems.add("--most-loss " + mostLoss, "must be a number from 0 to 100");
    }
    problems.refuseIfAny("Cannot quantize");
    QuantizePlan plan =
        new QuantizePlan(
            locateModel(model),
            data,
            output,
            overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP,
            images,
            part,
            mostLoss,
            float32Layers);
    Quantizer.check(storage(), plan);
    printModel(model, console);
    QuantizeReport report =
        withSpark(
            session -> {
              try (StoppableWork work = StoppableWork.listen()) {
                return work.run(
                    session,
                    "no model was written (the same command starts again)",
                    () -> new Quantizer(session, storageOf(session), batch).run(plan));
              }
            });
    console.result(report.toText(), report);
  }
}
