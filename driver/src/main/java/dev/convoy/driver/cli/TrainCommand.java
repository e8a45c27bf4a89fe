package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.MonitorKeys;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrackingKeys;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.monitor.MonitorSettings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.tracking.TrackingSettings;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.run.RunRecord;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.foreign.NetworkFile;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description = {
      "Trains a network on a dataset: replicas on the workers, averaged round after round.",
      "The finished model is OUTPUT/model."
    })
final class TrainCommand extends ConvoyCommand {
  @Option(names = "--data", required = true, paramLabel = "DIR", description = "The dataset.")
  private String data;

  @Option(
      names = "--network",
      required = true,
      paramLabel = "NAME|FILE",
      description =
          "A network of conf/networks by its name, a definition file, or a network of Deeplearning4j"
              + " (JSON) or Keras (JSON, HDF5).")
  private String network;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "RUN",
      description = "Directory of the run.")
  private String output;

  @Option(
      names = "--init",
      paramLabel = "MODEL",
      description =
          "Start from a trained model, or the model of a run. If its labels differ, the output layer"
              + " is initialised anew.")
  private String init = "";

  @Option(names = "--overwrite", description = "Replace an existing run.")
  private boolean overwrite;

  @Option(
      names = "--find-learning-rate",
      description =
          "Sweep over learning rates before the run, for 100 steps without effect, and say where the"
              + " planned one lies.")
  private boolean findLearningRate;

  @Option(
      names = "--allow-empty-labels",
      description = "Train although a label has no training image, and so cannot be learnt.")
  private boolean allowEmptyLabels;

  @Mixin private TrustOption trust = new TrustOption();

  @Override
  void run(Console console) {
    Problems problems = problems();
    Settings settings = settings();
    TrainPlans.Hyperparameters hyperparameters = TrainPlans.read(settings);
    BatchSize validationBatch = settings.get(Keys.EVALUATE_BATCH);
    MonitorSettings monitoring = MonitorKeys.read(settings);
    TrackingSettings tracking = TrackingKeys.read(settings);
    NetworkDefinition definition = null;
    try {
      definition = NetworkLocator.read(network, Ending.OUTPUT, trust.value()).definition();
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    Storage files = storage();
    ImageDataset dataset = null;
    try {
      dataset = ImageDataset.open(files, data);
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    if (definition != null && dataset != null) {
      TrainPlans.check(settings, hyperparameters, definition, dataset.manifest(), problems);
    }
    if (dataset != null && !allowEmptyLabels && !RunRecord.isRun(files, output)) {
      StartText.emptyLabels(dataset.manifest())
          .ifPresent(
              names ->
                  problems.add(
                      "the dataset " + Visible.of(data),
                      "has no training image of the label "
                          + names
                          + ", which cannot be learnt (prepare it with images of all labels, or give"
                          + " --allow-empty-labels)"));
    }
    if (RunRecord.isRun(files, output)) {
      // A finished run is reported even to users who may not write to it.
      ForeignInput.checkSurroundings(files, output, problems);
    } else {
      ForeignInput.checkOutput(files, output, problems);
    }
    problems.refuseIfAny("Cannot train");
    NetworkFile.unreadWeights(Path.of(network)).ifPresent(console::warn);
    String start = init.isEmpty() ? init : locateModel(init);
    if (!init.isEmpty()) {
      printModel(init, console);
    }
    TrainPlan plan = TrainPlans.plan(hyperparameters, definition, dataset, start);
    ExistingOutput existing = overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP;
    new TrainJob(
            console,
            plan,
            dataset,
            output,
            existing,
            validationBatch,
            hyperparameters.checkpointing(),
            monitoring,
            findLearningRate,
            tracking,
            TrainPlans.chosen(settings, plan))
        .run(this::withSpark, files);
  }
}
