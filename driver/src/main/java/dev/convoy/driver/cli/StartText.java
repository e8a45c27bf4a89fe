package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.dataset.Finding;
import dev.convoy.driver.dataset.Findings;
import dev.convoy.driver.report.AugmentationText;
import dev.convoy.driver.report.KernelText;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.scaling.Exchange;
import dev.convoy.driver.scaling.MemoryNeed;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.ReplicaTasks;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.engine.NativeMemory;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.summary.ReplicaMemory;
import dev.convoy.worker.replica.RateSweep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;

/** What {@code train} says before the first round: what it will do, and what it needs. */
record StartText(
    TrainPlan plan, ImageDataset data, Trainer.Start start, CheckpointPlan checkpointing) {
  /** Number of examples below which a label can hardly be learnt. */
  private static final int FEW = 10;

  private static final int NAMED = 5;

  /** Quotient from which on a rate is far below that at which the loss falls fastest. */
  private static final double FAR = 10;

  /** Returns the lines. */
  List<String> words(String run, SparkConf conf, String memoryKey) {
    List<String> words = new ArrayList<>();
    words.add(training());
    if (!plan.augmentation().isNone()) {
      words.add("Augmentation: " + AugmentationText.describe(plan.augmentation()) + ".");
    }
    if (start.done().round() > 0) {
      words.add("Continuing after round " + start.done().round() + ", from its checkpoint.");
    }
    words.add(steps());
    start.sweep().map(this::rates).ifPresent(words::add);
    words.add("Time: " + time() + ".");
    words.add("Memory: " + memory(conf) + ".");
    words.add(checkpoints(run));
    ReplicaTasks.Ready.places(start.replicas()).onDisk(memoryKey).ifPresent(words::add);
    words.add("Rounds: " + start.way().text() + ".");
    words.add("Kernels: " + KernelText.describe(start.kernels()) + ".");
    if (!plan.init().isEmpty()) {
      words.add(
          "Starting from "
              + plan.init()
              + (start.renewedLayers().isEmpty()
                  ? "."
                  : "; newly initialised layers: "
                      + String.join(", ", start.renewedLayers())
                      + "."));
    }
    return words;
  }

  private String training() {
    return "Training "
        + plan.network().name()
        + " ("
        + Numbers.count(plan.network().parameters())
        + " parameters) on "
        + Numbers.count(data.manifest().count(Split.TRAIN))
        + " examples: "
        + Numbers.count(plan.replicas(), "replica")
        + ", batch "
        + plan.batch()
        + ", averaged every "
        + everySteps(plan.averaging().period().every())
        + (plan.averaging().period().kind() == AveragingPeriod.Kind.FIXED
            ? ""
            : " (" + plan.averaging().period().kind().key() + ")")
        + (plan.averaging().overlap() == 0 ? "" : ", one round later")
        + ", learning rate "
        + Numbers.significant(plan.schedule().base())
        + ", "
        + (plan.precision() == Precision.FLOAT32 ? "" : plan.precision() + ", ")
        + Numbers.count(plan.epochs(), "epoch")
        + ".";
  }

  private static String everySteps(int every) {
    return every == 1 ? "step" : Numbers.count(every, "step");
  }

  private String rates(RateSweep sweep) {
    return "Learning rates: in a sweep of "
        + Numbers.count(sweep.losses().size(), "step")
        + " from "
        + Numbers.significant(sweep.rates().get(0))
        + " to "
        + Numbers.significant(sweep.rates().get(sweep.rates().size() - 1))
        + " the loss fell fastest at "
        + Numbers.significant(sweep.fastest())
        + " and rose from "
        + Numbers.significant(sweep.rising())
        + " on; the run has "
        + Numbers.significant(plan.schedule().base())
        + " at most, which is "
        + (rateWarning().isEmpty() ? "as it should be" : "not where it should be")
        + ".";
  }

  /** Returns that the learning rate is not where the sweep shows that it works. */
  Optional<String> rateWarning() {
    double planned = plan.schedule().base();
    return start
        .sweep()
        .filter(sweep -> planned >= sweep.rising() || planned < sweep.fastest() / FAR)
        .map(
            sweep ->
                "The learning rate "
                    + Numbers.significant(planned)
                    + " is probably too "
                    + (planned >= sweep.rising() ? "high" : "low")
                    + ": between "
                    + Numbers.significant(sweep.fastest())
                    + " and half of "
                    + Numbers.significant(sweep.rising())
                    + " may be better (--learning-rate)");
  }

  private String steps() {
    long steps = start.stepsPerEpoch();
    int every = plan.averaging().period().every();
    boolean fixed = plan.averaging().period().kind() == AveragingPeriod.Kind.FIXED;
    long rounds = (steps + every - 1) / every * plan.epochs();
    Exchange exchange =
        new Exchange(
            1, 1, start.size().parameters(), start.size().updaterState(), plan.averaging().sent());
    return "Steps: "
        + Numbers.count(steps)
        + " in each epoch, in "
        + (fixed ? "" : "about ")
        + Numbers.count(rounds, "round")
        + " altogether; each replica has "
        + Numbers.bytes(exchange.bytesOfReplica())
        + " of parameters and optimizer state to average in a round.";
  }

  /** The time of the steps that are left, by the slowest replica of the trial. */
  private String time() {
    double epoch =
        IntStream.range(0, start.replicas().size())
            .mapToDouble(
                replica ->
                    start.shardSizes().get(replica)
                        / start.replicas().get(replica).imagesPerSecond())
            .max()
            .orElse(Double.NaN);
    if (Double.isNaN(epoch)) {
      return "not known before the first rounds";
    }
    double done = (double) start.done().step() / start.stepsPerEpoch() + start.done().epoch();
    double rate = start.replicas().stream().mapToDouble(ReplicaTasks.Ready::imagesPerSecond).sum();
    return "at most about "
        + Numbers.duration(Math.max(0, plan.epochs() - done) * epoch)
        + " for the steps, by a trial of half a second with "
        + Numbers.rate(rate)
        + " images/s by a JVM that has just started; averaging and validation come on top";
  }

  /** Number of networks that train at once in this process; 0 if executors train. */
  private int networksHere(SparkConf conf) {
    return Math.min(plan.replicas(), TaskSlots.inThisProcess(conf));
  }

  private ReplicaMemory replica() {
    long largest = Math.min(start.shardSizes().get(0), ReplicaMemory.LARGEST_BATCH);
    return ReplicaMemory.of(
        plan.network(), (int) Math.min(plan.batch(), largest), plan.optimizer().kind());
  }

  private String memory(SparkConf conf) {
    long examples = data.manifest().count(Split.TRAIN) * data.manifest().shape().size();
    long each = replica().total();
    int here = networksHere(conf);
    NativeMemory limits = NativeMemory.ofThisJvm();
    if (here > 0) {
      return Numbers.count(here, "network")
          + " at once need about "
          + Numbers.bytes(here * each)
          + " outside the heap ("
          + limits.key()
          + ": "
          + Numbers.bytes(limits.offHeap())
          + "), and the images "
          + Numbers.bytes(examples)
          + " of the heap or of disks ("
          + Numbers.bytes(limits.heap())
          + ")";
    }
    Exchange exchange =
        new Exchange(
            plan.replicas(),
            1,
            start.size().parameters(),
            start.size().updaterState(),
            plan.averaging().sent());
    MemoryNeed need =
        MemoryNeed.of(
            exchange,
            plan.averaging().overlap() > 0,
            start.shardSizes().get(0) * data.manifest().shape().size(),
            replica());
    NativeMemory executor = TaskSlots.executorMemory(conf);
    return "an executor with one replica needs about "
        + Numbers.bytes(need.executorHeap())
        + " of heap (spark.executor.memory: "
        + Numbers.bytes(executor.heap())
        + ") and "
        + Numbers.bytes(need.executorOverhead())
        + " beside it ("
        + executor.key()
        + ": "
        + Numbers.bytes(executor.offHeap())
        + "), the driver "
        + Numbers.bytes(need.driverHeap())
        + " of heap ("
        + Numbers.bytes(limits.heap())
        + ")";
  }

  /** Bytes of one checkpoint, without the state to roll back to. */
  private long checkpointBytes() {
    return (long) Float.BYTES * start.size().parameters() * 2
        + (long) Float.BYTES * start.size().updaterState();
  }

  private String checkpoints(String run) {
    return "Checkpoints: every "
        + Numbers.count(checkpointing.every(), "round")
        + (data.manifest().count(Split.VALIDATION) > 0 ? ", before each validation" : "")
        + " and at the end, in "
        + Storage.join(run, "checkpoints")
        + "; the newest "
        + checkpointing.keep()
        + " are kept, of about "
        + Numbers.bytes(checkpointBytes())
        + " each.";
  }

  /**
   * Refuses what cannot end well.
   *
   * @throws InvalidRequestException if memory or space is too little for what is certainly needed
   */
  void refuseIfHopeless(Storage storage, String run, SparkConf conf) {
    ReplicaMemory replica = replica();
    long certain = replica.total() - replica.workspace();
    int here = networksHere(conf);
    NativeMemory limit = here > 0 ? NativeMemory.ofThisJvm() : TaskSlots.executorMemory(conf);
    long needed = Math.max(1, here) * certain;
    if (needed > limit.offHeap()) {
      throw new InvalidRequestException(
          "Cannot train: "
              + Numbers.count(Math.max(1, here), "network")
              + " with batches of "
              + plan.batch()
              + " need at least "
              + Numbers.bytes(needed)
              + " outside the heap, and "
              + limit.key()
              + " allows "
              + Numbers.bytes(limit.offHeap())
              + " (raise it, or use a smaller --batch"
              + (here > 1 ? ", or fewer tasks at once with --master local[1]" : "")
              + ")");
    }
    long free = storage.freeBytes(run);
    long space = checkpointBytes() * (checkpointing.keep() + 1L);
    if (free < space) {
      throw new InvalidRequestException(
          "Cannot train: the checkpoints of the run need "
              + Numbers.bytes(space)
              + ", and "
              + Numbers.bytes(free)
              + " are free at "
              + run
              + " (make space there, choose another --output, or keep fewer with"
              + " train.checkpoint.keep)");
    }
  }

  /** Names the labels that no training image has; empty if there are none. */
  static Optional<String> emptyLabels(Manifest manifest) {
    return labels(
        manifest, manifest.counts().getOrDefault(Split.TRAIN, List.of()), count -> count == 0);
  }

  /** Returns what is wrong with a dataset, as far as it is known without looking at its images. */
  static List<String> ofDataset(Storage storage, ImageDataset data) {
    Manifest manifest = data.manifest();
    List<String> faults = new ArrayList<>();
    List<Long> train = manifest.counts().getOrDefault(Split.TRAIN, List.of());
    emptyLabels(manifest)
        .ifPresent(
            names ->
                faults.add(
                    "No training image has the label " + names + ", so it cannot be learnt"));
    labels(manifest, train, count -> count > 0 && count < FEW)
        .ifPresent(
            names ->
                faults.add(
                    "Fewer than "
                        + FEW
                        + " training images have the label "
                        + names
                        + ", which will hardly be learnt"));
    shared(storage, data).ifPresent(faults::add);
    return faults;
  }

  private static Optional<String> labels(
      Manifest manifest, List<Long> counts, LongPredicate isMeant) {
    List<String> names =
        IntStream.range(0, counts.size())
            .filter(label -> isMeant.test(counts.get(label)))
            .mapToObj(label -> manifest.labels().get(label))
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                + (names.size() > NAMED ? " or " + (names.size() - NAMED) + " others" : ""));
  }

  /** Returns the warnings of the dataset's own report; empty if it has none. */
  static List<String> findings(Storage storage, ImageDataset data) {
    List<String> warnings = new ArrayList<>();
    try {
      DatasetQuality.read(storage, data.directory(), data.manifest().fingerprint())
          .ifPresent(
              quality -> {
                warnings.addAll(quality.warnings());
                Findings.of(quality, data.manifest()).stream()
                    .filter(finding -> finding.weight() == Finding.Weight.WARNING)
                    .forEach(finding -> warnings.add(finding.text()));
              });
    } catch (Json.MalformedJsonException e) {
      // ofDataset has told it.
    }
    return warnings;
  }

  private static Optional<String> shared(Storage storage, ImageDataset data) {
    try {
      return DatasetQuality.read(storage, data.directory(), data.manifest().fingerprint())
          .filter(quality -> quality.equal().acrossSplits() > 0)
          .map(
              quality ->
                  Numbers.count(quality.equal().acrossSplits(), "group")
                      + " of equal images are in several splits of the dataset, so validation and"
                      + " test tell less than they seem to (prepare it with --duplicates"
                      + " drop-across-splits)");
    } catch (Json.MalformedJsonException e) {
      return Optional.of("The report of the dataset cannot be read: " + e.getMessage());
    }
  }
}
