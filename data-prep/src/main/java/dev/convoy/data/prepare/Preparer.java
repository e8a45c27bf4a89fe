package dev.convoy.data.prepare;

import dev.convoy.data.FirstOf;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.SourceSlice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Prepares a dataset: finds the raw images, decodes and fits each once, divides them into splits,
 * and writes files and statistics, then the manifest.
 *
 * <p>After a failure, nothing of the new dataset is left. Every image is in the dataset or
 * rejected; the run checks that.
 */
public final class Preparer {
  private static final long MIN_FILE = 16L << 20;
  private static final long MAX_FILE = 128L << 20;

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Storage storage;
  private final PreparePlan plan;
  private final String convoyVersion;
  private final WorkListener progress;
  private final List<String> notes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private String decidedBy = "";
  private long fitted;

  private Preparer(
      SparkSession spark, PreparePlan plan, String convoyVersion, WorkListener progress) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.storage = new Storage(context.hadoopConfiguration());
    this.plan = plan;
    this.convoyVersion = convoyVersion;
    this.progress = progress;
  }

  /**
   * Carries out a plan.
   *
   * @param convoyVersion written into the manifest
   * @param progress is told how far the work is
   * @throws InvalidRequestException if the input or output is not valid, with all faults
   * @throws JobFailedException if images are bad and the plan does not allow it, or the work fails
   */
  public static PrepareReport run(
      SparkSession spark, PreparePlan plan, String convoyVersion, WorkListener progress) {
    return new Preparer(spark, plan, convoyVersion, progress).run();
  }

  /**
   * Checks input and output as far as a few look-ups can, without Spark.
   *
   * @throws InvalidRequestException with all faults
   */
  public static void check(Storage storage, PreparePlan plan) {
    Problems problems = new Problems();
    new OutputDirectory(storage, plan.output()).check(plan.input(), plan.existing(), problems);
    OutputLease.refusal(storage, plan.output())
        .ifPresent(reason -> problems.add("--output " + plan.output(), reason));
    ForeignInput.refusal(storage, plan.input(), InputUse.PREPARE).ifPresent(problems::add);
    problems.refuseIfAny("Cannot prepare " + plan.input());
  }

  private PrepareReport run() {
    long start = System.nanoTime();
    Problems problems = new Problems();
    new OutputDirectory(storage, plan.output()).check(plan.input(), plan.existing(), problems);
    ImageSource source =
        ImageSource.open(storage, plan.input(), plan.format(), plan.labels(), problems);
    problems.refuseIfAny(verdict());
    if (source.images() == 0) {
      throw new InvalidRequestException(
          verdict() + ": it holds no images (check --input and --format)");
    }
    ImageShape shape = shape(source);
    try (OutputLease lease = OutputLease.take(storage, plan.output())) {
      return run(source, shape, lease, start);
    }
  }

  private PrepareReport run(ImageSource source, ImageShape shape, OutputLease lease, long start) {
    // Another command may have written there since the first check.
    Problems problems = new Problems();
    OutputDirectory output = new OutputDirectory(storage, plan.output(), lease.outputExisted());
    output.check(plan.input(), plan.existing(), problems);
    problems.refuseIfAny(verdict());
    Manifest manifest;
    try {
      manifest = write(source, shape, output, lease);
    } catch (InvalidRequestException | JobFailedException e) {
      removeAfter(e, output, lease);
      throw e;
    } catch (Throwable e) {
      JobFailedException failure = new JobFailedException(verdict() + ": " + rootMessage(e), e);
      removeAfter(failure, output, lease);
      throw failure;
    }
    // The new manifest has been written: a failure from here on must not delete files that it
    // names.
    output.keepOnly(paths(manifest.files(), manifest.rejectedFiles()));
    return new PrepareReport(
        output.path(),
        manifest,
        source.format(),
        source.images(),
        fitted,
        source.skipped(),
        source.emptyFolders(),
        (System.nanoTime() - start) / 1e9,
        notes,
        warnings);
  }

  private String verdict() {
    return "Cannot prepare " + plan.input();
  }

  private ImageShape shape(ImageSource source) {
    ImageSource.NaturalShape found =
        source
            .naturalShape(storage, ImageLimits.DEFAULT)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        verdict()
                            + ": none of its "
                            + source.images()
                            + " images can be read (they must be whole PNG or JPEG files)"));
    ImageShape natural = found.shape();
    decidedBy = found.decidedBy();
    ImageSize size = plan.size().orElse(new ImageSize(natural.height(), natural.width()));
    int channels = plan.channels().orElseGet(() -> channels(source, natural));
    return new ImageShape(size.height(), size.width(), channels);
  }

  /** Returns 3 if any image has colour, else 1. */
  private int channels(ImageSource source, ImageShape first) {
    if (!source.mayMixColour() || first.channels() == 3) {
      return first.channels();
    }
    int parallelism = Math.max(1, context.defaultParallelism());
    List<SourceSlice> slices = source.slices(first.size(), MAX_FILE, parallelism);
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Looking for colour",
            "images",
            OptionalLong.of(source.images()))) {
      if (!PrepareJob.anyColour(context, slices, work.counter())) {
        return 1;
      }
    }
    notes.add(
        decidedBy.substring(0, 1).toUpperCase(Locale.ROOT)
            + decidedBy.substring(1)
            + ", is grey and others have colour: all have 3 channels (--channels 1 makes"
            + " them grey).");
    return 3;
  }

  private Manifest write(
      ImageSource source, ImageShape shape, OutputDirectory output, OutputLease lease) {
    TaskCounts counts = readAndWrite(source, shape, output);
    requireSound(source, counts);
    lease.requireHeld();
    output.keepOnlyEarlierAnd(paths(counts.files(), counts.rejectedFiles()));
    Normalisation normalisation = counts.trainPixels().normalisation();
    Map<Split, List<Long>> bySplit = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      bySplit.put(split, counts.counts(split));
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            shape,
            source.labels(),
            normalisation,
            bySplit,
            counts.rejected(),
            counts.files(),
            counts.rejectedFiles(),
            fingerprint(source, output, counts, shape, normalisation),
            plan.toJson(),
            convoyVersion);
    noteFitted(counts, source, shape);
    warnings.addAll(new PrepareWarnings(plan, source, counts).all());
    lease.requireHeld();
    storage.writeAtomically(Storage.join(output.path(), Manifest.FILE), manifest.toJson());
    return manifest;
  }

  private void noteFitted(TaskCounts counts, ImageSource source, ImageShape shape) {
    fitted = counts.fitted();
    if (fitted == 0) {
      return;
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "%,d of %,d images %s fitted (%s) to %d×%d%s.",
            fitted,
            source.images(),
            fitted == 1 ? "was" : "were",
            plan.fit().key(),
            shape.height(),
            shape.width(),
            plan.size().isPresent()
                ? ""
                : ", the size of " + decidedBy + " (--size HxW chooses another)"));
  }

  private String fingerprint(
      ImageSource source,
      OutputDirectory output,
      TaskCounts counts,
      ImageShape shape,
      Normalisation normalisation) {
    progress.begin("Reading back", "examples", OptionalLong.of(counts.examples()));
    try {
      return new Fingerprint(spark, output.path(), progress)
          .compute(counts.files(), shape, source.labels(), normalisation);
    } finally {
      progress.end();
    }
  }

  private TaskCounts readAndWrite(ImageSource source, ImageShape shape, OutputDirectory output) {
    int parallelism = Math.max(1, context.defaultParallelism());
    long bytes = source.images() * shape.size();
    long fileBytes = Math.max(MIN_FILE, Math.min(MAX_FILE, bytes / parallelism));
    boolean carve = !source.givenSplits().contains(Split.VALIDATION);
    SplitRule rule = new SplitRule(plan.seed(), carve ? plan.validation() : 0, plan.test());
    int labels = source.labels().size();
    PrepareTask task =
        new PrepareTask(output.path(), new ImageFitter(shape, plan.fit()), rule, labels, fileBytes);
    List<SourceSlice> slices = source.slices(shape.size(), MAX_FILE, parallelism);
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Preparing",
            "images",
            OptionalLong.of(source.images()))) {
      return PrepareJob.run(context, task, slices, work.counter(), new TaskCounts(shape, labels));
    }
  }

  private void requireSound(ImageSource source, TaskCounts counts) {
    if (!counts.faults().isEmpty()) {
      throw new JobFailedException(verdict() + ": " + String.join("; ", counts.faults()));
    }
    if (counts.examples() + counts.rejected() != source.images()) {
      throw new JobFailedException(
          verdict()
              + ": of "
              + source.images()
              + " images "
              + counts.examples()
              + " became examples and "
              + counts.rejected()
              + " were rejected (the input may have changed while it was read: prepare it again"
              + " when no program writes there)");
    }
    if (counts.rejected() > 0 && plan.onBad() == OnBad.FAIL) {
      throw new JobFailedException(
          bad(source, counts) + "\nTo go on without them: --on-bad reject");
    }
    if (counts.rejected() > plan.maxBad() * source.images()) {
      throw new JobFailedException(
          bad(source, counts) + "\nThat is more than --max-bad " + plan.maxBad() + " allows");
    }
    if (counts.examples(Split.TRAIN) == 0) {
      throw new InvalidRequestException(
          verdict()
              + ": no image is left for the train split (add train images, or lower --validation"
              + " and --test)");
    }
  }

  private String bad(ImageSource source, TaskCounts counts) {
    StringBuilder message = new StringBuilder(verdict());
    message.append(": ").append(counts.rejected()).append(" of ").append(source.images());
    message.append(counts.rejected() == 1 ? " images is bad" : " images are bad");
    FirstOf<Rejected> first =
        FirstOf.of(counts.firstRejected(), counts.rejected(), TaskCounts.NAMED);
    for (Rejected image : first.shown()) {
      message
          .append("\n  ")
          .append(Visible.of(image.id()))
          .append(": ")
          .append(Visible.of(image.reason()));
    }
    return message.append(first.andMore("\n  ")).toString();
  }

  private static Set<String> paths(Map<Split, List<DataFile>> bySplit, List<DataFile> rejected) {
    Set<String> paths = new HashSet<>();
    bySplit.values().forEach(files -> files.stream().map(DataFile::path).forEach(paths::add));
    rejected.stream().map(DataFile::path).forEach(paths::add);
    return paths;
  }

  private void removeAfter(Throwable failure, OutputDirectory output, OutputLease lease) {
    try {
      PrepareJob.awaitStragglers(context);
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
