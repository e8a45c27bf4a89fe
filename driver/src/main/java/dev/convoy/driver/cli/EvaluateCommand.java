package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.evaluate.EvaluateReport;
import dev.convoy.driver.evaluate.Evaluator;
import dev.convoy.driver.report.Console;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = {
      "Measures a model on a dataset: accuracy, loss, precision and recall of each label, and the"
          + " confusion matrix."
    })
final class EvaluateCommand extends ConvoyCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its run.")
  private String model;

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "The dataset.")
  private String data;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "train, validation or test (default: test).")
  private String split = "test";

  @Override
  void run(Console console) {
    Problems problems = problems();
    Settings settings = settings();
    BatchSize batch = settings.get(Keys.EVALUATE_BATCH);
    ScoringPrecision precision = settings.get(Keys.EVALUATE_PRECISION);
    Split part = null;
    try {
      part = Split.of(split);
    } catch (IllegalArgumentException e) {
      problems.add("--split", e.getMessage());
    }
    Model trained = null;
    ImageDataset dataset = null;
    String located = locateModel(model);
    try {
      trained = ModelStore.read(storage(), located);
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    try {
      dataset = ImageDataset.open(storage(), data);
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    problems.refuseIfAny("Cannot evaluate");
    printModel(model, console);
    Model openModel = trained;
    ImageDataset openData = dataset;
    Split openSplit = part;
    EvaluateReport report =
        withSpark(
            session -> {
              try (StoppableWork work = StoppableWork.listen()) {
                return work.run(
                    session,
                    "the model was not measured (the same command starts again)",
                    () ->
                        new Evaluator(session, batch, precision)
                            .run(openModel, openData, openSplit)
                            .ofModel(storage().qualified(located)));
              }
            });
    console.result(report.toText(), report);
  }
}
