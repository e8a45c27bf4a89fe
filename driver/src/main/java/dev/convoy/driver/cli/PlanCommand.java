package dev.convoy.driver.cli;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.scaling.Calibration;
import dev.convoy.driver.scaling.Costs;
import dev.convoy.driver.scaling.Link;
import dev.convoy.driver.scaling.ScalingPlan;
import dev.convoy.driver.scaling.ScalingReport;
import dev.convoy.driver.train.plan.AutoPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    description = {
      "Projects how long a training takes on a cluster, what it sends, and the memory that it needs, for several"
          + " averaging periods.",
      "Measures how fast one core trains the network here, for some 8 seconds, unless --images-per-second is"
          + " given. docs/scaling.md describes the model of a round.",
      "Every worker is an executor of one core with one replica. Packing and validation are not counted. Starts"
          + " no Spark: --master has no effect."
    })
final class PlanCommand extends ConvoyCommand {
  /** More workers than any cluster has. */
  private static final int MOST_WORKERS = 100_000;

  private static final ImageShape DEFAULT_SHAPE = new ImageShape(28, 28, 1);
  private static final int DEFAULT_LABELS = 10;
  private static final long DEFAULT_EXAMPLES = 60_000;

  @Option(
      names = "--workers",
      required = true,
      paramLabel = "N",
      description = "Number of workers, and of replicas.")
  private String workers;

  @Option(
      names = "--network",
      required = true,
      paramLabel = "NAME|FILE",
      description = "The network, as for train.")
  private String network;

  @Option(
      names = "--link",
      paramLabel = "RATE",
      description =
          "Rate of every worker's link in each direction: 100mbit, 1gbit, … (default: 10gbit).")
  private String link = "10gbit";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The dataset; without it, the next four options describe one.")
  private String data;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Number of examples of the train split (default: 60000).")
  private String examples;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description = "Height and width of the images (default: those of the network, or 28x28).")
  private String size;

  @Option(
      names = "--channels",
      paramLabel = "1|3",
      description = "Channels of the images (default: those of the network, or 1).")
  private String channels;

  @Option(names = "--labels", paramLabel = "N", description = "Number of labels (default: 10).")
  private String labels;

  @Option(
      names = "--images-per-second",
      paramLabel = "N",
      description = "Images per second of one replica, instead of measuring them here.")
  private String imagesPerSecond;

  @Mixin private TrustOption trust = new TrustOption();

  /** The examples of the run. */
  private record Examples(ImageShape shape, int labels, long count, Normalisation normalisation) {}

  @Override
  void run(Console console) {
    Problems problems = problems();
    Settings settings = settings();
    int replicas = (int) wholeNumber("--workers", workers, 1, MOST_WORKERS, problems);
    Link rate = readLink(problems);
    double given = imagesPerSecond == null ? 0 : readImagesPerSecond(problems);
    NetworkDefinition definition = null;
    try {
      definition = NetworkLocator.read(network, Ending.OUTPUT, trust.value()).definition();
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    Examples images = data == null ? described(definition, problems) : ofDataset(problems);
    if (images != null && images.count() < replicas) {
      problems.add(
          "--workers " + replicas,
          "must be at most the number of examples, which is " + Numbers.count(images.count()));
    }
    OptionalInt everyGiven = settings.get(Keys.TRAIN_AVERAGE_EVERY);
    int batch = settings.get(Keys.TRAIN_BATCH).orElseGet(() -> AutoPlan.batch(replicas));
    int every =
        everyGiven.orElseGet(() -> AutoPlan.averageEvery(AveragingPeriod.Kind.FIXED, replicas));
    Optimizer optimizer = TrainPlans.optimizer(settings);
    int epochs = settings.get(Keys.TRAIN_EPOCHS);
    var updaterState = settings.get(Keys.TRAIN_UPDATER_STATE);
    var sent = settings.get(Keys.TRAIN_SENT);
    int overlap = settings.get(Keys.TRAIN_OVERLAP);
    problems.refuseIfAny("Cannot plan");
    Network bound = definition.on(images.shape(), images.labels());
    ScalingPlan plan =
        new ScalingPlan(
            replicas,
            rate,
            NetworkSummary.of(bound, batch, optimizer.kind()),
            images.count(),
            epochs,
            batch,
            every,
            everyGiven.isPresent() ? ScalingPlan.Chosen.USER : ScalingPlan.Chosen.DEFAULT,
            optimizer.kind(),
            updaterState,
            sent,
            overlap);
    double measured =
        given > 0 ? given : measure(console, bound, images.normalisation(), optimizer, batch);
    ScalingReport report = plan.project(measured, Costs.measured());
    console.result(report.toText(), report);
  }

  private double measure(
      Console console, Network bound, Normalisation normalisation, Optimizer optimizer, int batch) {
    NativeCode.requireExecutable();
    NativeThreads.requireSerialLoops();
    console.progress("Measuring how fast one core trains " + bound.name() + " here …");
    Calibration.Measured measured =
        Calibration.measure(bound, normalisation, optimizer, batch, nativeThreads());
    console.progress(
        String.format(
            Locale.ROOT,
            "Measured %s images/s: the median of %s of %s examples, in %s.",
            Numbers.rate(measured.imagesPerSecond()),
            Numbers.count(measured.steps(), "step"),
            Numbers.count(batch),
            Numbers.duration(measured.seconds())));
    return measured.imagesPerSecond();
  }

  private Link readLink(Problems problems) {
    try {
      return Link.of(link.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      problems.add("--link " + link, e.getMessage());
      return Link.unlimited();
    }
  }

  private double readImagesPerSecond(Problems problems) {
    try {
      double value = Double.parseDouble(imagesPerSecond);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below, as other values that are refused
    }
    problems.add("--images-per-second " + imagesPerSecond, "must be a number greater than 0");
    return 1;
  }

  /**
   * Reads a whole number; adds a fault and returns the least one if it is none, or out of range.
   */
  private static long wholeNumber(
      String option, String text, long least, long most, Problems problems) {
    if (text.matches("\\d{1,15}")) {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    problems.add(
        option + " " + text,
        String.format(Locale.ROOT, "must be a whole number from %d to %d", least, most));
    return least;
  }

  private Examples ofDataset(Problems problems) {
    String[] names = {"--examples", "--size", "--channels", "--labels"};
    String[] values = {examples, size, channels, labels};
    for (int i = 0; i < names.length; i++) {
      if (values[i] != null) {
        problems.add(names[i], "cannot be combined with --data, which has its own");
      }
    }
    try {
      Manifest manifest = ImageDataset.open(storage(), data).manifest();
      return new Examples(
          manifest.shape(),
          manifest.labels().size(),
          manifest.count(Split.TRAIN),
          manifest.normalisation());
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  /** Returns examples as the options describe them; null if the network is not known. */
  private Examples described(NetworkDefinition definition, Problems problems) {
    long count =
        examples == null
            ? DEFAULT_EXAMPLES
            : wholeNumber("--examples", examples, 1, 1_000_000_000_000L, problems);
    int outputs =
        labels == null
            ? DEFAULT_LABELS
            : (int) wholeNumber("--labels", labels, 2, Short.MAX_VALUE, problems);
    ImageShape usual = definition == null ? DEFAULT_SHAPE : definition.input().like(DEFAULT_SHAPE);
    int height = usual.height();
    int width = usual.width();
    if (size != null) {
      try {
        ImageSize sides = ImageSize.of(size);
        height = sides.height();
        width = sides.width();
      } catch (IllegalArgumentException e) {
        problems.add("--size " + size, "must be HEIGHTxWIDTH, such as 28x28");
      }
    }
    int depth = usual.channels();
    if (channels != null) {
      if (channels.equals("1") || channels.equals("3")) {
        depth = Integer.parseInt(channels);
      } else {
        problems.add("--channels " + channels, "must be 1 or 3");
      }
    }
    if (definition == null) {
      return null;
    }
    ImageShape shape = new ImageShape(height, width, depth);
    return new Examples(shape, outputs, count, Calibration.ofRandomImages(depth));
  }
}
