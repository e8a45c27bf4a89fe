package dev.convoy.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.source.DebianPackage;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.MonitorKeys;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.config.PreparePlans;
import dev.convoy.driver.config.ScoreKeys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrackingKeys;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.evaluate.EvaluateReport;
import dev.convoy.driver.evaluate.Evaluator;
import dev.convoy.driver.quickstart.FashionMnist;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.score.Answers;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.ScoreReport;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "quickstart",
    description = {
      "Fashion-MNIST from end to end: prepares the images, trains a LeNet on two replicas,"
          + " evaluates it and scores the test images.",
      "The full set of 70,000 images is used if it is available (--data, or the Debian package"
          + " dataset-fashion-mnist, installed or downloaded), else a sample of 6,000."
    })
final class QuickstartCommand extends ConvoyCommand {
  private static final String NETWORK = "lenet";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of IDX files to use instead.")
  private String data;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Directory for all outputs (default: convoy-quickstart).")
  private String output = "convoy-quickstart";

  @Option(names = "--overwrite", description = "Replace an earlier quickstart.")
  private boolean overwrite;

  @Override
  void run(Console console) {
    long started = System.nanoTime();
    Problems problems = problems();
    Settings settings = settings();
    TrainPlans.Hyperparameters hyperparameters = TrainPlans.read(settings);
    PreparePlans.read(settings, "input", in("dataset"));
    problems.refuseIfAny("Cannot start");
    Storage storage = storage();
    ForeignInput.checkOutput(storage, output, problems);
    problems.refuseIfAny("Cannot start");
    if (!overwrite && !storage.isAbsentOrEmpty(output)) {
      throw new InvalidRequestException(
          "Cannot write to "
              + output
              + ": it exists (replace it with --overwrite, or choose another --output)");
    }
    console.say("1/4  Preparing Fashion-MNIST");
    FashionMnist images =
        FashionMnist.find(
            storage, Optional.ofNullable(data), DebianPackage.userCache(), in("images"));
    console.say("Images: " + images.origin() + ".");
    withSpark(
        session -> {
          Result result = runAll(session, console, images, settings, hyperparameters);
          show(console, images, result, (System.nanoTime() - started) / 1e9);
          return result;
        });
  }

  private record Result(
      ImageDataset dataset, TrainReport trained, EvaluateReport evaluated, ScoreReport scored) {}

  private Result runAll(
      SparkSession session,
      Console console,
      FashionMnist images,
      Settings settings,
      TrainPlans.Hyperparameters hyperparameters) {
    PreparePlan preparing =
        PreparePlans.read(settings, images.directory(), in("dataset"))
            .existing(ExistingOutput.OVERWRITE)
            .build();
    PrepareReport prepared = PrepareCommand.prepare(session, preparing, console);
    console.say(DatasetText.prepared(prepared));

    if (prepared.manifest().count(Split.TEST) == 0) {
      throw new InvalidRequestException(
          "Cannot evaluate: "
              + images.directory()
              + " has no test images (add t10k-* or test-* files, or hold out some of the others"
              + " with --set prepare.test=0.1)");
    }
    console.say(System.lineSeparator() + "2/4  Training");
    Storage storage = storageOf(session);
    ImageDataset dataset = ImageDataset.open(storage, in("dataset"));
    TrainPlan plan = TrainPlans.plan(hyperparameters, NetworkLocator.read(NETWORK), dataset, "");
    TrainJob job =
        new TrainJob(
            console,
            plan,
            dataset,
            in("run"),
            ExistingOutput.OVERWRITE,
            settings.get(Keys.EVALUATE_BATCH),
            hyperparameters.checkpointing(),
            MonitorKeys.read(settings),
            false,
            TrackingKeys.read(settings),
            TrainPlans.chosen(settings, plan));
    TrainReport trained = job.train(session);
    console.say(TrainText.of(trained));

    console.say(System.lineSeparator() + "3/4  Evaluating on the test images");
    Model model = ModelStore.read(storage, trained.model());
    EvaluateReport evaluated =
        new Evaluator(session, settings.get(Keys.EVALUATE_BATCH)).run(model, dataset, Split.TEST);
    console.say(evaluated.toText().stripTrailing());

    console.say(System.lineSeparator() + "4/4  Scoring the test images");
    ScoreReport scored = ScoreCommand.score(session, scorePlan(trained.model(), settings), console);
    console.say(ScoreText.of(scored));
    return new Result(dataset, trained, evaluated, scored);
  }

  private ScorePlan scorePlan(String model, Settings settings) {
    return new ScorePlan(
        model,
        in("dataset"),
        in("scores"),
        Optional.of(RowFormat.DATASET),
        Split.TEST.key(),
        "image",
        List.of(),
        FitChoice.AUTO,
        Answers.AUTOMATIC,
        settings.get(ScoreKeys.BATCH),
        ExistingOutput.OVERWRITE);
  }

  private void show(Console console, FashionMnist images, Result result, double seconds) {
    ObjectNode json = Json.object();
    json.put("dataset", images.origin());
    json.put("examples", result.dataset.manifest().examples());
    json.put("accuracy", result.evaluated.accuracy());
    json.put("trainImagesPerSecond", result.trained.trainImagesPerSecond());
    json.put("model", result.trained.model());
    json.put("scored", result.scored.rows());
    json.put("seconds", seconds);
    String text =
        String.format(
            Locale.ROOT,
            "%nDone in %s: test accuracy %s. Next:%n"
                + "  bin/convoy inspect %s%n"
                + "  bin/convoy train --data %s --network mlp --output my-run",
            Numbers.duration(seconds),
            Numbers.ratio(result.evaluated.accuracy()),
            in("run/model"),
            in("dataset"));
    console.result(text, json);
  }

  private String in(String name) {
    return Storage.join(output, name);
  }
}
