package dev.convoy.data.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.quality.SourceProfile;
import dev.convoy.data.spark.RunningTasks;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the dataset of raw images: reads and fits each once, divides them into splits, and writes
 * files and statistics, then the manifest. After a failure, nothing of the new dataset is left.
 */
final class DatasetWriter {
  private static final long MIN_FILE = 16L << 20;
  private static final long MAX_FILE = 128L << 20;

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Storage storage;
  private final PreparePlan plan;
  private final String convoyVersion;
  private final WorkListener progress;
  private final RawInput input;

  DatasetWriter(
      SparkSession spark,
      PreparePlan plan,
      String convoyVersion,
      WorkListener progress,
      RawInput input) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.storage = new Storage(context.hadoopConfiguration());
    this.plan = plan;
    this.convoyVersion = convoyVersion;
    this.progress = progress;
    this.input = input;
  }

  /**
   * A dataset that was written.
   *
   * @param output directory, with scheme
   * @param fitted number of examples that were padded, cropped or stretched
   * @param firstRejected the first rejected images
   * @param added number of examples that are new
   * @param known number of images that the dataset had already
   * @param leftOut number of images that others have the pixels of
   * @param groups groups that were drawn
   * @param sources what the examples were before they were fitted
   * @param warnings results that are probably not intended
   */
  record Written(
      String output,
      Manifest manifest,
      long fitted,
      List<Rejected> firstRejected,
      long leftOut,
      long added,
      long known,
      Groups groups,
      SourceProfile sources,
      List<String> warnings) {}

  /**
   * Writes the dataset into the output of the plan.
   *
   * @param survey survey of all images
   * @throws InvalidRequestException if the output may not be written, or no image is left to train
   *     on
   * @throws JobFailedException if images are bad and the plan does not allow it, or the work fails
   */
  Written write(ImageShape shape, Survey survey) {
    try (OutputLease lease = OutputLease.take(storage, plan.output())) {
      return write(shape, survey, lease);
    }
  }

  private Written write(ImageShape shape, Survey survey, OutputLease lease) {
    // Another command may have written there since the first check.
    Problems problems = new Problems();
    OutputDirectory output = new OutputDirectory(storage, plan.output(), lease.outputExisted());
    output.check(plan.inputPath(), plan.existing(), plan.append(), problems);
    if (!plan.normalisation().takes(shape.channels())) {
      problems.add(
          input.wording().setting("--normalisation", plan.normalisation().key()),
          "needs images of three channels, and these have one (choose another, or "
              + input.wording().setting("--channels", "3")
              + ")");
    }
    problems.refuseIfAny(input.verdict());
    Written written;
    try {
      written = write(shape, survey, output, lease);
    } catch (InvalidRequestException | JobFailedException e) {
      removeAfter(e, output, lease);
      throw e;
    } catch (Throwable e) {
      JobFailedException failure =
          new JobFailedException(input.verdict() + ": " + rootMessage(e), e);
      removeAfter(failure, output, lease);
      throw failure;
    }
    // The new manifest has been written: a failure from here on must not delete files that it
    // names.
    output.keepOnly(
        paths(
            written.manifest.files(),
            written.manifest.rejectedFiles(),
            written.manifest.skippedFiles()));
    return written;
  }

  private Written write(
      ImageShape shape, Survey survey, OutputDirectory output, OutputLease lease) {
    Optional<Manifest> base = base(shape);
    TaskCounts counts = readAndWrite(shape, survey, output, base);
    requireSound(counts);
    List<DataFile> skipped = writeSkipped(output);
    lease.requireHeld();
    output.keepOnlyEarlierAnd(paths(counts.files(), counts.rejectedFiles(), skipped));
    long added = counts.examples();
    boolean isSame = base.isPresent() && added + counts.rejected() == 0;
    base.ifPresent(counts::add);
    requireTrain(counts);
    Normalisation normalisation =
        base.map(Manifest::normalisation)
            .orElseGet(
                () -> Normalisation.of(plan.normalisation(), counts.trainPixels().normalisation()));
    List<String> warnings =
        new PrepareWarnings(plan, input, counts, normalisation, base.map(Manifest::rejected)).all();
    if (isSame) {
      return written(output, base.get(), counts, 0, warnings);
    }
    Map<Split, List<Long>> bySplit = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      bySplit.put(split, counts.counts(split));
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            shape,
            input.labels(),
            normalisation,
            bySplit,
            counts.rejected() + counts.leftOut() + base.map(Manifest::rejected).orElse(0L),
            counts.files(),
            counts.rejectedFiles(),
            skipped,
            fingerprint(output, counts, shape, normalisation),
            base.map(this::appendedPlan).orElseGet(plan::toJson),
            convoyVersion,
            base.map(earlier -> earlier.version() + 1).orElse(1));
    lease.requireHeld();
    storage.writeAtomically(Storage.join(output.path(), Manifest.FILE), manifest.toJson());
    return written(output, manifest, counts, added, warnings);
  }

  private static Written written(
      OutputDirectory output,
      Manifest manifest,
      TaskCounts counts,
      long added,
      List<String> warnings) {
    return new Written(
        output.path(),
        manifest,
        counts.fitted(),
        counts.firstRejected(),
        counts.leftOut(),
        added,
        counts.knownImages(),
        counts.groups(),
        counts.sources(),
        warnings);
  }

  /** Returns the plan of the dataset with the inputs that were added to it. */
  private JsonNode appendedPlan(Manifest base) {
    ObjectNode made = base.plan().deepCopy();
    made.withArray("appended").add(plan.input());
    return made;
  }

  /** Returns the dataset to which images are appended; empty if a new one is made. */
  private Optional<Manifest> base(ImageShape shape) {
    if (!plan.append()) {
      return Optional.empty();
    }
    Manifest base = ImageDataset.open(storage, plan.output()).manifest();
    // Another command may have replaced the dataset since this plan was made for it.
    if (!base.shape().equals(shape) || !base.labels().equals(input.labels())) {
      throw new InvalidRequestException(
          input.verdict()
              + ": the dataset was replaced by another one meanwhile (give the command again)");
    }
    return Optional.of(base);
  }

  /** Returns the ids of all examples and rejected images of a dataset. */
  private Set<String> ids(String dataset, Manifest manifest) {
    Set<String> ids = new HashSet<>();
    List<DataFile> examples = manifest.files().values().stream().flatMap(List::stream).toList();
    for (List<DataFile> files : List.of(examples, manifest.rejectedFiles())) {
      String[] paths =
          files.stream()
              .map(file -> Storage.literal(Storage.join(dataset, file.path())))
              .toArray(String[]::new);
      if (paths.length > 0) {
        spark
            .read()
            .parquet(paths)
            .select("id")
            .toLocalIterator()
            .forEachRemaining(row -> ids.add(row.getString(0)));
      }
    }
    return ids;
  }

  private String fingerprint(
      OutputDirectory output, TaskCounts counts, ImageShape shape, Normalisation normalisation) {
    progress.begin("Reading back", "examples", OptionalLong.of(counts.examples()));
    try {
      return new Fingerprint(spark, output.path(), progress)
          .compute(counts.files(), shape, input.labels(), normalisation);
    } finally {
      progress.end();
    }
  }

  private List<DataFile> writeSkipped(OutputDirectory output) {
    MessageType schema = DatasetRows.skippedSchema();
    try (PartFiles files =
        new PartFiles(storage, output.path(), DatasetRows.SKIPPED_FOLDER, schema, 0, MAX_FILE)) {
      input.skipped().forEach(entry -> files.write(DatasetRows.skipped(schema, entry)));
      return files.finish();
    }
  }

  private TaskCounts readAndWrite(
      ImageShape shape, Survey survey, OutputDirectory output, Optional<Manifest> base) {
    int parallelism = Math.max(1, context.defaultParallelism());
    long bytes = input.images() * shape.size();
    long fileBytes = Math.max(MIN_FILE, Math.min(MAX_FILE, bytes / parallelism));
    boolean carve = !input.givenSplits().contains(Split.VALIDATION);
    int labels = input.labels().size();
    Grouping grouping = Grouping.of(plan);
    double validation = carve ? plan.validation() : 0;
    SplitRule rule =
        base.isPresent()
            ? SplitRule.independent(plan.seed(), labels, validation, plan.test())
            : SplitRule.of(
                plan.seed(), grouping.isOn() ? 1 : labels, survey.draws(), validation, plan.test());
    ImageFitter fitter =
        new ImageFitter(
            shape, plan.geometry(), plan.limits(), plan.background().orElse(Background.BLACK));
    PrepareTask task =
        new PrepareTask(
            output.path(), fitter, rule, grouping, labels, plan.damaged(), LeftOut.NONE, fileBytes);
    InputParts parts = input.parts(shape, parallelism);
    Set<String> known = base.map(earlier -> ids(output.path(), earlier)).orElse(Set.of());
    LeftOut.Copies copies = duplicates(task, parts);
    PrepareTask writing = task.without(new LeftOut(copies, known));
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Preparing",
            "images",
            OptionalLong.of(input.images()))) {
      TaskCounts total = new TaskCounts(shape, labels);
      total.relabelled(copies.relabelled());
      total.groups(grouping.isOn() ? survey.draws().groups() : Groups.NONE);
      return PrepareJob.run(context, writing, parts, work.counter(), total);
    }
  }

  /** Returns the examples that are left out because others have the same pixels. */
  private LeftOut.Copies duplicates(PrepareTask task, InputParts parts) {
    if (plan.duplicates() == Duplicates.KEEP) {
      return LeftOut.Copies.NONE;
    }
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Looking for duplicates",
            "images",
            OptionalLong.of(input.images()))) {
      return new DuplicateSearch(task, plan.duplicates()).find(context, parts, work.counter());
    }
  }

  private void requireSound(TaskCounts counts) {
    BadImages bad = new BadImages(plan, input);
    bad.requireWhole(counts.faults());
    long out = counts.rejected() + counts.leftOut() + counts.knownImages();
    if (counts.examples() + out != input.images()) {
      throw new JobFailedException(
          input.verdict()
              + ": of "
              + input.images()
              + " images "
              + counts.examples()
              + " became examples and "
              + out
              + " did not (the input may have changed while it was read: prepare it again"
              + " when no program writes there)");
    }
    bad.require(counts.rejected(), counts.firstRejected(), List.of());
  }

  private void requireTrain(TaskCounts counts) {
    if (counts.examples(Split.TRAIN) == 0) {
      throw new InvalidRequestException(
          input.verdict()
              + ": no image is left for the train split (add train images, or "
              + input.wording().lessHeldOut()
              + ")");
    }
  }

  private static Set<String> paths(
      Map<Split, List<DataFile>> bySplit, List<DataFile> rejected, List<DataFile> skipped) {
    Set<String> paths = new HashSet<>();
    bySplit.values().forEach(files -> files.stream().map(DataFile::path).forEach(paths::add));
    rejected.stream().map(DataFile::path).forEach(paths::add);
    skipped.stream().map(DataFile::path).forEach(paths::add);
    return paths;
  }

  private void removeAfter(Throwable failure, OutputDirectory output, OutputLease lease) {
    try {
      RunningTasks.await(context);
      lease.requireHeld(); // else the files may be those of another command
      output.remove();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Returns the message of the cause within the task, without Spark's stack traces. */
  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null
        && (root instanceof SparkException || root.getMessage() == null)) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return Visible.of(message.lines().findFirst().orElse(root.toString()));
  }
}
