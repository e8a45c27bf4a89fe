package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.FileScan;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SliceFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  /** Bytes of pixels of a slice. */
  private static final long SLICE = 128L << 20;

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Storage storage;
  private final PreparePlan plan;
  private final String convoyVersion;
  private final WorkListener progress;
  private final List<String> notes = new ArrayList<>();
  private String decidedBy = "";

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
    checkOutput(storage, plan, problems);
    ForeignInput.refusal(storage, plan.input(), InputUse.PREPARE).ifPresent(problems::add);
    problems.refuseIfAny("Cannot prepare " + plan.input());
  }

  /**
   * Checks the output of a plan as far as a few look-ups can, without Spark.
   *
   * @param problems receives the faults
   */
  public static void checkOutput(Storage storage, PreparePlan plan, Problems problems) {
    new OutputDirectory(storage, plan.output())
        .check(plan.inputPath(), plan.existing(), plan.append(), problems);
    OutputLease.refusal(storage, plan.output())
        .ifPresent(reason -> problems.add("--output " + plan.output(), reason));
  }

  private PrepareReport run() {
    long start = System.nanoTime();
    Problems problems = new Problems();
    new OutputDirectory(storage, plan.output())
        .check(plan.inputPath(), plan.existing(), plan.append(), problems);
    ImageSource source =
        ImageSource.open(
            new InputListing(storage, plan.input(), FileScan.onSpark(context, progress)),
            plan.format().map(SliceFormat.class::cast),
            plan.labels(),
            problems);
    problems.refuseIfAny(verdict());
    if (source.images() == 0) {
      throw new InvalidRequestException(
          verdict() + ": it holds no images (check --input and --format)");
    }
    notes.addAll(source.notes());
    Input input = new Input(verdict(), source);
    Survey survey = SurveyJob.run(spark, plan, input, progress);
    ImageShape shape = shape(source, naturalShape(source), survey);
    DatasetWriter.Written written =
        new DatasetWriter(spark, plan, convoyVersion, progress, input).write(shape, survey);
    new PrepareNotes(plan, decidedBy)
        .fitted(written.fitted(), source.images(), shape)
        .ifPresent(notes::add);
    new PrepareNotes(plan, decidedBy).groups(written.groups()).ifPresent(notes::add);
    new PrepareNotes(plan, decidedBy).leftOut(written.leftOut()).ifPresent(notes::add);
    return new PrepareReport(
        written.output(),
        written.manifest(),
        Optional.of(source.format()),
        source.images(),
        written.added(),
        written.known(),
        written.fitted(),
        written.sources(),
        source.skipped(),
        source.emptyFolders(),
        (System.nanoTime() - start) / 1e9,
        notes,
        written.warnings());
  }

  /** The images of a source. */
  private record Input(String verdict, ImageSource source) implements RawInput {
    @Override
    public Wording wording() {
      return Wording.COMMAND;
    }

    @Override
    public List<String> labels() {
      return source.labels();
    }

    @Override
    public long images() {
      return source.images();
    }

    @Override
    public Set<Split> givenSplits() {
      return source.givenSplits();
    }

    @Override
    public List<String> undecodedNames() {
      return source.undecodedNames();
    }

    @Override
    public List<String> warnings() {
      return source.warnings();
    }

    @Override
    public List<SkippedFiles.Entry> skipped() {
      List<SkippedFiles.Entry> skipped = new ArrayList<>(source.skipped().entries());
      source
          .emptyFolders()
          .forEach(
              folder ->
                  skipped.add(new SkippedFiles.Entry(folder, 0, "a folder without an image")));
      return skipped;
    }

    @Override
    public InputParts parts(ImageShape shape, int parallelism) {
      return InputParts.of(source.slices(shape.size(), SLICE, parallelism));
    }
  }

  private String verdict() {
    return "Cannot prepare " + plan.input();
  }

  private ImageShape naturalShape(ImageSource source) {
    ImageSource.NaturalShape found =
        source
            .naturalShape(storage, plan.limits())
            .orElseThrow(
                () -> new InvalidRequestException(verdict() + ": none of its images can be read"));
    decidedBy = found.decidedBy();
    return found.shape();
  }

  private ImageShape shape(ImageSource source, ImageShape natural, Survey survey) {
    ImageSize size = plan.size().orElse(new ImageSize(natural.height(), natural.width()));
    int channels = plan.channels().orElseGet(() -> channels(source, natural, survey));
    return new ImageShape(size.height(), size.width(), channels);
  }

  /** Returns 3 if any image has colour, else 1. */
  private int channels(ImageSource source, ImageShape first, Survey survey) {
    if (!source.mayMixColour() || first.channels() == 3 || !survey.hasColour()) {
      return first.channels();
    }
    notes.add(new PrepareNotes(plan, decidedBy).colour());
    return 3;
  }
}
