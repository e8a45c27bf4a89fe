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
    List<byte[]> slices = source.parts(tasks).stream().map(SerializedBytes::wrap).toList();
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    JavaRDD<Row> rows =
        spark.parallelize(slices, slices.size()).flatMap(slice -> rows(slice, limits, hadoop));
    StructType schema =
        new StructType().add("id", DataTypes.StringType, false).add(image, IMAGE, false);
    return session.createDataFrame(rows, schema);
  }

  private static Iterator<Row> rows(
      byte[] slice, ImageLimits limits, SerializableConfiguration hadoop) {
    RawImages images =
        SerializedBytes.unwrap(slice, SourceSlice.class).open(new Storage(hadoop.value()), limits);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> images.close());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Row next() {
        return row(images.next(), limits);
      }
    };
  }

  private static Row row(RawImage raw, ImageLimits limits) {
    StoredImage image = raw.image();
    String fault = fault(raw, limits);
    Row cell =
        image
            .pixels()
            .map(
                shape ->
                    RowFactory.create(
                        image.bytes(), shape.height(), shape.width(), shape.channels(), fault))
            .orElseGet(() -> RowFactory.create(image.bytes(), null, null, null, fault));
    return RowFactory.create(raw.id(), cell);
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
