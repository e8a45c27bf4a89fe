package dev.convoy.driver.score;

import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Converts the images of a source, in any format, to rows of two columns: the id, and a struct with
 * the bytes of the image. If the bytes are pixels, the struct has their height, width and channels.
 * If there is no image, it has the reason.
 */
final class SliceRows {
  private static final StructType IMAGE =
      new StructType()
          .add("bytes", DataTypes.BinaryType, false)
          .add("height", DataTypes.IntegerType, true)
          .add("width", DataTypes.IntegerType, true)
          .add("channels", DataTypes.IntegerType, true)
          .add("fault", DataTypes.StringType, true);

  private static final StructType SOURCES =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("source", DataTypes.StringType, false);

  /** Number of tasks for each concurrent one, since images differ in size. */
  private static final int TASKS_PER_SLOT = 4;

  private SliceRows() {}

  /**
   * Returns one row for each image, also for one that its source rejects.
   *
   * @param source source of at least one image
   * @param limits limits of image files
   * @param image name of the column of images, beside the column {@code id}
   */
  static Dataset<Row> of(
      SparkSession session, ImageSource source, ImageLimits limits, String image) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int tasks = (int) Math.min(source.images(), (long) TASKS_PER_SLOT * spark.defaultParallelism());
    StructType schema =
        new StructType().add("id", DataTypes.StringType, false).add(image, IMAGE, false);
    return rows(
        session,
        source.parts(tasks),
        SourceSlice::open,
        limits,
        raw -> RowFactory.create(raw.id(), cell(raw, limits)),
        schema);
  }

  /** Returns the rows of some slices, with the column {@code source} besides. */
  static Dataset<Row> withSources(
      SparkSession session, List<SourceSlice> slices, ImageLimits limits, String image) {
    return rows(
        session,
        slices,
        SourceSlice::open,
        limits,
        raw -> RowFactory.create(raw.id(), raw.source(), cell(raw, limits)),
        SOURCES.add(image, IMAGE, false));
  }

  /** Returns the columns {@code id} and {@code source} of those rows, without reading images. */
  static Dataset<Row> sources(SparkSession session, List<SourceSlice> slices, ImageLimits limits) {
    return rows(
        session,
        slices,
        SourceSlice::openHeaders,
        limits,
        raw -> RowFactory.create(raw.id(), raw.source()),
        SOURCES);
  }

  /** A way of opening a slice, in a task. */
  private interface Opening extends Serializable {
    RawImages open(SourceSlice slice, Storage storage, ImageLimits limits);
  }

  /** A row of an image, in a task. */
  private interface Form extends Serializable {
    Row of(RawImage image);
  }

  private static Dataset<Row> rows(
      SparkSession session,
      List<SourceSlice> slices,
      Opening opening,
      ImageLimits limits,
      Form form,
      StructType schema) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<byte[]> parts = slices.stream().map(SerializedBytes::wrap).toList();
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    JavaRDD<Row> rows =
        spark
            .parallelize(parts, Math.max(1, parts.size()))
            .flatMap(
                part ->
                    rows(
                        opening.open(
                            SerializedBytes.unwrap(part, SourceSlice.class),
                            new Storage(hadoop.value()),
                            limits),
                        form));
    return session.createDataFrame(rows, schema);
  }

  private static Iterator<Row> rows(RawImages images, Form form) {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> images.close());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        return form.of(images.next());
      }
    };
  }

  private static Row cell(RawImage raw, ImageLimits limits) {
    StoredImage image = raw.image();
    String fault = fault(raw, limits);
    return image
        .pixels()
        .map(
            shape ->
                RowFactory.create(
                    image.bytes(), shape.height(), shape.width(), shape.channels(), fault))
        .orElseGet(() -> RowFactory.create(image.bytes(), null, null, null, fault));
  }

  /** Returns the reason why an image cannot be scored, as far as its source knows, or null. */
  private static String fault(RawImage raw, ImageLimits limits) {
    if (raw.fault().isEmpty() && raw.image().startOf().isPresent()) {
      try {
        raw.image().shape(limits);
      } catch (BadImageException e) {
        return e.getMessage();
      }
    }
    return raw.fault().isEmpty() ? null : raw.fault();
  }
}
