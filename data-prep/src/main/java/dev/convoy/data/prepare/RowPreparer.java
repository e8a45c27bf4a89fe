package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ImageSource.NaturalShape;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SourceSlice;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prepares a dataset of the rows of a table for a program that trains on them. The same images with
 * the same ids and labels give the dataset that {@link Preparer} makes of them as files.
 */
public final class RowPreparer {
  private static final String VERDICT = "Cannot fit";

  /** Bytes of pixels of a task, if there are many. */
  private static final long TASK = 128L << 20;

  private RowPreparer() {}

  /**
   * A dataset that was prepared.
   *
   * @param firstRejected ids of the first rejected rows, each with the reason
   * @param warnings results that are probably not intended
   */
  public record Report(Manifest manifest, List<String> firstRejected, List<String> warnings) {}

  /**
   * Carries out a plan, whose input is only a description.
   *
   * @param labels all label names in the order of their numbers, those of the rows among them
   * @param convoyVersion written into the manifest
   * @throws InvalidRequestException if there is nothing to train on, or the output is not valid
   * @throws JobFailedException if rows are bad and the plan does not allow it, or the work fails
   */
  public static Report run(
      SparkSession spark,
      LabelledRows rows,
      List<String> labels,
      PreparePlan plan,
      String convoyVersion) {
    ImageShape shape = shape(rows, plan);
    Input input = new Input(rows, List.copyOf(labels));
    Survey survey = SurveyJob.run(spark, plan, input, WorkListener.SILENT);
    DatasetWriter.Written written =
        new DatasetWriter(spark, plan, convoyVersion, WorkListener.SILENT, input)
            .write(shape, survey);
    return new Report(
        written.manifest(),
        written.firstRejected().stream().map(bad -> bad.id() + ": " + bad.reason()).toList(),
        written.warnings());
  }

  private static ImageShape shape(LabelledRows rows, PreparePlan plan) {
    if (rows.count() == 0) {
      throw new InvalidRequestException(VERDICT + ": there are no rows");
    }
    ImageShape natural =
        rows.naturalShape()
            .map(NaturalShape::shape)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        VERDICT
                            + ": none of the "
                            + rows.count()
                            + " rows has a label and an image that can be read"
                            + rows.firstBad()
                                .map(bad -> "; " + bad.id() + ": " + bad.reason())
                                .orElse("")));
    ImageSize size = plan.size().orElse(new ImageSize(natural.height(), natural.width()));
    return new ImageShape(
        size.height(), size.width(), plan.channels().orElse(rows.hasColour() ? 3 : 1));
  }

  private record Input(LabelledRows rows, List<String> labels) implements RawInput {
    @Override
    public String verdict() {
      return VERDICT;
    }

    @Override
    public Wording wording() {
      return Wording.PROGRAM;
    }

    @Override
    public long images() {
      return rows.count();
    }

    @Override
    public Set<Split> givenSplits() {
      return Set.of();
    }

    @Override
    public List<String> undecodedNames() {
      return List.of();
    }

    @Override
    public List<SkippedFiles.Entry> skipped() {
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
                      Optional.empty(),
                      LabelledRows.image(row)));
    }

    @Override
    public void close() {
      // Spark closes the rows.
    }
  }
}
