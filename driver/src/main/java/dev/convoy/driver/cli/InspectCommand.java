package dev.convoy.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.source.OwnDirectory;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.dataset.Findings;
import dev.convoy.driver.report.ComparisonText;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.ModelText;
import dev.convoy.driver.report.NetworkList;
import dev.convoy.driver.report.NetworkText;
import dev.convoy.driver.report.RunText;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.RunRecord;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.foreign.NetworkFile;
import dev.convoy.worker.network.summary.NetworkComparison;
import dev.convoy.worker.network.summary.NetworkSummary;
import dev.convoy.worker.network.summary.ReplicaMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = {
      "Shows a dataset, a network, a model or a run: for networks the shapes, receptive fields, parameters,"
          + " multiply-adds and memory of every layer, and what weight sharing and locality save.",
      "Starts no Spark: --master has no effect, and --packages and --jars add file systems."
    })
final class InspectCommand extends ConvoyCommand {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})[x×](\\d{1,5})[x×]([13])");
  private static final ImageShape DEFAULT_SHAPE = new ImageShape(28, 28, 1);
  private static final int DEFAULT_LABELS = 10;

  @Parameters(
      paramLabel = "WHAT",
      arity = "0..1",
      description =
          "The directory of a dataset, a model or a run, or the name or file of a network.")
  private String what;

  @Option(
      names = "--against",
      paramLabel = "NETWORK|MODEL",
      description = "Show WHAT beside this network or model, on the same images.")
  private String against;

  @Option(names = "--networks", description = "List the named networks.")
  private boolean networks;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description =
          "Image shape for a network that leaves it open: height, width, channels (default:"
              + " 28x28x1).")
  private String input;

  @Option(
      names = "--labels",
      paramLabel = "N",
      description = "Number of labels of a network that is not a model (default: 10).")
  private Integer labels;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Minibatch size for the memory of a replica (default: train.batch, or that of the model).")
  private Integer batch;

  @Mixin private TrustOption trust = new TrustOption();

  @Override
  void run(Console console) {
    Problems problems = problems();
    Settings settings = settings();
    Optional<ImageShape> images = images(problems);
    if (labels != null && labels < 2) {
      problems.add("--labels " + labels, "must be at least 2");
    }
    if (batch != null && (batch < 1 || batch > ReplicaMemory.LARGEST_BATCH)) {
      problems.add("--batch " + batch, "must be from 1 to " + ReplicaMemory.LARGEST_BATCH);
    }
    Replica replica =
        new Replica(
            batch == null ? OptionalInt.empty() : OptionalInt.of(batch),
            TrainPlans.batch(settings),
            settings.get(Keys.TRAIN_OPTIMIZER));
    if (networks) {
      list(console, images, replica, problems);
    } else {
      show(console, images, replica, problems);
    }
  }

  /** The batch size and optimizer of the replica whose memory is estimated. */
  private record Replica(OptionalInt batch, int defaultBatch, Optimizer.Kind optimizer) {
    NetworkSummary summary(Network network) {
      return NetworkSummary.of(network, batch.orElse(defaultBatch), optimizer);
    }

    Replica of(Subject subject) {
      return new Replica(
          batch,
          subject.trainedBatch().orElse(defaultBatch),
          subject.optimizer().orElse(optimizer));
    }
  }

  private Optional<ImageShape> images(Problems problems) {
    if (input == null) {
      return Optional.empty();
    }
    Matcher shape = SHAPE.matcher(input);
    if (shape.matches()) {
      int height = Integer.parseInt(shape.group(1));
      int width = Integer.parseInt(shape.group(2));
      if (height > 0 && width > 0) {
        return Optional.of(new ImageShape(height, width, Integer.parseInt(shape.group(3))));
      }
    }
    problems.add("--input " + input, "must be HEIGHTxWIDTHxCHANNELS, such as 28x28x1");
    return Optional.empty();
  }

  private void list(
      Console console, Optional<ImageShape> images, Replica replica, Problems problems) {
    if (what != null || against != null) {
      problems.add("--networks", "lists all networks: leave WHAT and --against out");
    }
    problems.refuseIfAny("Cannot list the networks");
    NetworkCatalogue catalogue =
        new NetworkCatalogue(
            images.orElse(DEFAULT_SHAPE), labels == null ? DEFAULT_LABELS : labels);
    NetworkList list = catalogue.list(replica::summary);
    console.result(list.describe(), list);
  }

  private void show(
      Console console, Optional<ImageShape> images, Replica replica, Problems problems) {
    if (what == null) {
      problems.add("WHAT", "is missing: give a dataset, a network or a model, or --networks");
      problems.refuseIfAny("Cannot inspect");
    }
    Storage storage = storage();
    Optional<OwnDirectory> kind = OwnDirectory.of(storage, what);
    if (kind.equals(Optional.of(OwnDirectory.DATASET))) {
      if (against != null) {
        problems.add(what, "is a dataset: --against compares networks and models");
      }
      problems.refuseIfAny("Cannot inspect " + what);
      showDataset(console, storage);
      return;
    }
    if (kind.isEmpty() || kind.get() != OwnDirectory.MODEL) {
      Optional<RunRecord> run = run(storage, what, problems);
      if (run.isPresent()) {
        console.result(RunText.describe(run.get()), RunText.json(run.get()));
        return;
      }
    }
    Subject first = find(storage, what, problems);
    NetworkFile.unreadWeights(Path.of(what)).ifPresent(console::warn);
    Subject second = against == null ? null : find(storage, against, problems);
    refuse(problems, "Cannot inspect " + what);
    RunDirectory.noteOnModel(storage, what).ifPresent(console::say);
    if (RunRecord.isRun(storage, what) && !ModelStore.isModel(storage, what)) {
      RunText.rollbacks(RunRecord.read(storage, what).rollbacks())
          .ifPresent(text -> console.say("Rollbacks: " + text + "."));
    }
    if (second == null) {
      showOne(console, first, images, replica.of(first));
    } else {
      compare(console, first, second, images, replica);
    }
  }

  private void showDataset(Console console, Storage storage) {
    Manifest manifest = ImageDataset.open(storage, what).manifest();
    Optional<DatasetQuality> quality = DatasetQuality.read(storage, what, manifest.fingerprint());
    ObjectNode json = DatasetText.json(manifest);
    StringBuilder text = new StringBuilder(DatasetText.describe(manifest));
    quality.ifPresent(
        found -> {
          json.set("quality", Json.tree(found));
          text.append(Findings.text(found, manifest))
              .append("Report: ")
              .append(Visible.of(Storage.join(what, DatasetQuality.PAGE)));
        });
    console.result(text.toString(), json);
  }

  /**
   * Finds a run that has no model yet; adds a fault to {@code problems}.
   *
   * @return empty if the directory is not a run or has a model
   */
  private Optional<RunRecord> run(Storage storage, String directory, Problems problems) {
    if (!RunRecord.isRun(storage, directory)
        || ModelStore.isModel(storage, ModelStore.locate(storage, directory))) {
      return Optional.empty();
    }
    if (against != null) {
      problems.add(
          directory, "is a run that has no model yet: --against compares networks and models");
    }
    problems.refuseIfAny("Cannot inspect " + directory);
    return Optional.of(RunRecord.read(storage, directory));
  }

  /** Throws the faults, if any; a single fault that is a whole message gets no heading. */
  private static void refuse(Problems problems, String verdict) {
    if (problems.faults().size() == 1 && problems.faults().get(0).startsWith("Cannot ")) {
      throw new InvalidRequestException(problems.faults().get(0));
    }
    problems.refuseIfAny(verdict);
  }

  /** Finds a network or model; returns null and adds to {@code problems} if it has a fault. */
  private Subject find(Storage storage, String text, Problems problems) {
    try {
      Subject subject = Subject.find(storage, text, trust.value());
      subject.labelsFault(labels).ifPresent(fault -> problems.add("--labels " + labels, fault));
      return subject;
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  private void showOne(
      Console console, Subject subject, Optional<ImageShape> images, Replica replica) {
    if (images.isPresent() && !subject.accepts().accepts(images.get())) {
      throw new InvalidRequestException(
          String.format(
              Locale.ROOT,
              "Cannot inspect %s on %s images: it takes %s: leave --input out",
              what,
              images.get(),
              subject.accepts().words()));
    }
    ImageShape shown = images.orElse(subject.usual(DEFAULT_SHAPE));
    int outputs = labels == null ? subject.labels().orElse(DEFAULT_LABELS) : labels;
    Network network = subject.on(shown, outputs);
    if (subject.isOpen() && images.isEmpty()) {
      console.progress(
          String.format(
              Locale.ROOT,
              "The network %s; shown on images of %s (--input HxWxC).",
              subject.accepts().isAnySize() ? "takes images of any size" : "follows its dataset",
              shown));
    }
    NetworkSummary summary = replica.summary(network);
    List<LayerKernel> kernels = GraphBuilder.kernels(network);
    if (subject.model().isPresent()) {
      console.result(
          ModelText.describe(subject.model().get(), network, summary, kernels),
          ModelText.json(subject.model().get(), summary, kernels));
    } else {
      console.result(
          NetworkText.describe(network, summary, kernels), NetworkText.json(summary, kernels));
    }
  }

  private void compare(
      Console console,
      Subject first,
      Subject second,
      Optional<ImageShape> images,
      Replica replica) {
    ImageShape shown = images.orElse(first.usual(second.usual(DEFAULT_SHAPE)));
    Problems problems = new Problems();
    for (Subject subject : new Subject[] {first, second}) {
      if (!subject.accepts().accepts(shown)) {
        problems.add(
            subject.name(),
            String.format(
                Locale.ROOT,
                "takes %s and cannot be shown on %s: give an --input that both take, or change its input block",
                subject.accepts().words(),
                shown));
      }
    }
    problems.refuseIfAny("Cannot compare " + what + " with " + against);
    int both =
        labels != null ? labels : first.labels().orElse(second.labels().orElse(DEFAULT_LABELS));
    Network[] shownNetworks = new Network[2];
    int index = 0;
    for (Subject subject : new Subject[] {first, second}) {
      try {
        shownNetworks[index++] = subject.on(shown, both);
      } catch (InvalidRequestException e) {
        problems.add(e.getMessage());
      }
    }
    refuse(problems, "Cannot compare " + what + " with " + against);
    NetworkComparison comparison =
        NetworkComparison.of(replica.summary(shownNetworks[0]), replica.summary(shownNetworks[1]));
    console.result(ComparisonText.describe(comparison), comparison);
  }
}
