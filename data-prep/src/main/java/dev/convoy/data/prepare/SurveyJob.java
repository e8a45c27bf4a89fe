package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.BrokenSourceException;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import dev.convoy.data.spark.RunningTasks;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Looks at the headers of all images, as one Spark job. */
final class SurveyJob {
  /** Stands for the shape of the images, on which the number of tasks depends. */
  private static final ImageShape HEADER = new ImageShape(32, 32, 3);

  private SurveyJob() {}

  /**
   * Looks at all images of an input.
   *
   * @param progress is told how many were looked at
   * @throws dev.convoy.data.InvalidRequestException if none of the images can be read
   * @throws dev.convoy.data.JobFailedException if the source is broken, or images are bad and the
   *     plan does not allow it
   */
  static Survey run(SparkSession spark, PreparePlan plan, RawInput input, WorkListener progress) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    ImageLimits limits = plan.limits();
    long seed = plan.seed();
    Grouping grouping = Grouping.of(plan);
    requireDrawn(input, grouping);
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Reading headers",
            "images",
            OptionalLong.of(input.images()))) {
      LongAccumulator images = work.counter();
      Function<SourceSlice, byte[]> onSlice =
          slice ->
              SerializedBytes.wrap(
                  survey(
                      slice,
                      new Storage(hadoop.value().value()),
                      limits,
                      new Survey(limits, seed, grouping),
                      images));
      InputParts parts = input.parts(HEADER, Math.max(1, context.defaultParallelism()));
      Survey all = new Survey(limits, seed, grouping);
      parts.map(context, onSlice).stream()
          .map(bytes -> SerializedBytes.unwrap(bytes, Survey.class))
          .forEach(all::add);
      new BadImages(plan, input).require(all);
      return all;
    } finally {
      hadoop.destroy();
    }
  }

  private static void requireDrawn(RawInput input, Grouping grouping) {
    if (grouping.isOn() && !input.givenSplits().isEmpty()) {
      throw new InvalidRequestException(
          input.verdict()
              + ": the input gives images to splits, so groups cannot decide them (leave "
              + input.wording().option("--groups")
              + " out, or name a part of the input without splits)");
    }
  }

  private static Survey survey(
      SourceSlice slice,
      Storage storage,
      ImageLimits limits,
      Survey found,
      LongAccumulator images) {
    try (RawImages headers = slice.openHeaders(storage, limits)) {
      while (headers.hasNext()) {
        RunningTasks.requireWanted();
        found.add(headers.next());
        images.add(1);
      }
    } catch (BrokenSourceException e) {
      found.fault(e.getMessage());
    }
    return found;
  }
}
