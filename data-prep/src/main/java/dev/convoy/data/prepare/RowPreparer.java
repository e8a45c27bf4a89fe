package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.quality.SourceProfile;
import dev.convoy.data.source.ImageSource.NaturalShape;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SourceSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prepares a dataset of the rows of a table, for the command {@code prepare} and for programs that
 * train on them. The same images with the same ids and labels give the dataset that {@link
 * Preparer} makes of them as files.
 */
public final class RowPreparer {
  /** Bytes of pixels of a task, if there are many. */
  private static final long TASK = 128L << 20;

  private final SparkSession spark;
  private final PreparePlan plan;
  private final String convoyVersion;
  private final WorkListener progress;
  private final String verdict;
  private final Wording wording;

  private RowPreparer(
      SparkSession spark,
      PreparePlan plan,
      String convoyVersion,
      WorkListener progress,
      String verdict,
      Wording wording) {
    this.spark = spark;
    this.plan = plan;
    this.convoyVersion = convoyVersion;
    this.progress = progress;
    this.verdict = verdict;
    this.wording = wording;
  }

  /** Returns the preparation of a program, in which the input of the plan is only a description. */
  public static RowPreparer ofProgram(SparkSession spark, PreparePlan plan, String convoyVersion) {
    return new RowPreparer(
        spark, plan, convoyVersion, WorkListener.SILENT, "Cannot fit", Wording.PROGRAM);
  }

  /**
   * Returns the preparation of the command {@code prepare}.
   *
   * @param progress is told how far the work is
   */
  public static RowPreparer ofCommand(
      SparkSession spark, PreparePlan plan, String convoyVersion, WorkListener progress) {
    return new RowPreparer(
        spark,
        plan,
        convoyVersion,
        progress,
        "Cannot prepare " + plan.input(),
        Wording.TABLE_COMMAND);
  }

  /**
   * A dataset that was prepared.
   *
   * @param output directory, with scheme
   * @param rows number of rows
   * @param added number of examples that are new
   * @param known number of rows that the dataset had already, to which they were appended
   * @param fitted number of examples that were padded, cropped or stretched
   * @param sources what the examples were before they were fitted
   * @param firstRejected ids of the first rejected rows, each with the reason
   * @param notes decisions that the plan left open
   * @param warnings results that are probably not intended
   */
  public record Report(
      String output,
      Manifest manifest,
      long rows,
      long added,
      long known,
      long fitted,
      SourceProfile sources,
      List<String> firstRejected,
      List<String> notes,
      List<String> warnings) {}

  /**
   * Carries out the plan.
   *
   * @param labels all label names in the order of their numbers, those of the rows among them
   * @param skipped files that are not part of the table
   * @throws InvalidRequestException if there is nothing to train on, or the output is not valid
   * @throws JobFailedException if rows are bad and the plan does not allow it, or the work fails
   */
  public Report run(LabelledRows rows, List<String> labels, SkippedFiles skipped) {
    NaturalShape natural = natural(rows);
    ImageShape shape = shape(rows, natural.shape());
    Input input = new Input(verdict, wording, rows, List.copyOf(labels), skipped.entries());
    Survey survey = SurveyJob.run(spark, plan, input, progress);
    DatasetWriter.Written written =
        new DatasetWriter(spark, plan, convoyVersion, progress, input).write(shape, survey);
    PrepareNotes about = new PrepareNotes(plan, natural.decidedBy());
    List<String> notes = new ArrayList<>();
    if (plan.channels().isEmpty() && natural.shape().channels() < shape.channels()) {
      notes.add(about.colour());
    }
    about.fitted(written.fitted(), rows.count(), shape).ifPresent(notes::add);
    about.groups(written.groups()).ifPresent(notes::add);
    about.leftOut(written.leftOut()).ifPresent(notes::add);
    return new Report(
        written.output(),
        written.manifest(),
        rows.count(),
        written.added(),
        written.known(),
        written.fitted(),
        written.sources(),
        written.firstRejected().stream().map(bad -> bad.id() + ": " + bad.reason()).toList(),
        notes,
        written.warnings());
  }

  private NaturalShape natural(LabelledRows rows) {
    if (rows.count() == 0) {
      throw new InvalidRequestException(verdict + ": there are no rows");
    }
    return rows.naturalShape()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    verdict
                        + ": none of the "
                        + rows.count()
                        + " rows has a label and an image that can be read"
                        + rows.firstBad()
                            .map(bad -> "; " + bad.id() + ": " + bad.reason())
                            .orElse("")));
  }

  private ImageShape shape(LabelledRows rows, ImageShape natural) {
    ImageSize size = plan.size().orElse(new ImageSize(natural.height(), natural.width()));
    return new ImageShape(
        size.height(), size.width(), plan.channels().orElse(rows.hasColour() ? 3 : 1));
  }

  private record Input(
      String verdict,
      Wording wording,
      LabelledRows rows,
      List<String> labels,
      List<SkippedFiles.Entry> skipped)
      implements RawInput {

    @Override
    public long images() {
      return rows.count();
    }

    @Override
    public Set<Split> givenSplits() {
      return rows.givenSplits();
    }

    @Override
    public List<String> undecodedNames() {
      return List.of();
    }

    @Override
    public InputParts parts(ImageShape shape, int parallelism) {
      long worth = rows.count() * shape.size() / TASK + 1;
      JavaRDD<Row> rdd = rows.rows().javaRDD();
      int most = (int) Math.max(parallelism, Math.min(Integer.MAX_VALUE, worth));
      JavaRDD<Row> parts = rdd.getNumPartitions() > most ? rdd.coalesce(most) : rdd;
      Map<String, Integer> numbers = new HashMap<>();
      labels.forEach(label -> numbers.put(label, numbers.size()));
      return new InputParts() {
        @Override
        public <T> List<T> map(JavaSparkContext spark, Function<SourceSlice, T> function) {
          return mapParts(parts, numbers, function);
        }
      };
    }
  }

  private static <T> List<T> mapParts(
      JavaRDD<Row> parts, Map<String, Integer> numbers, Function<SourceSlice, T> function) {
    return parts
        .mapPartitions(
            part -> {
              SourceSlice slice = (storage, limits) -> new Images(part, numbers);
              return List.of(function.call(slice)).iterator();
            })
        .collect();
  }

  /** The images of some rows. */
  private record Images(Iterator<Row> rows, Map<String, Integer> numbers) implements RawImages {
    private static final String SOURCE = "a row";

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public RawImage next() {
      Row row = rows.next();
      String id = LabelledRows.id(row);
      return LabelledRows.fault(row)
          .map(fault -> RawImage.rejected(id, SOURCE, fault))
          .orElseGet(
              () ->
                  new RawImage(
                          id,
                          SOURCE,
                          OptionalInt.of(numbers.get(LabelledRows.label(row))),
                          LabelledRows.given(row),
                          LabelledRows.image(row))
                      .of(LabelledRows.group(row)));
    }

    @Override
    public void close() {
      // Spark closes the rows.
    }
  }
}
