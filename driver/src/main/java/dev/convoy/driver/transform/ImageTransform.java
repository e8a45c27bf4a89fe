package dev.convoy.driver.transform;

import dev.convoy.data.io.Storage;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The transform from rows with an image to rows with a prediction. Every row of the input gives
 * exactly one row, in the order of its partition, even if its image cannot be scored.
 *
 * @param reader reads the image of a row
 * @param pass networks through which the image passes
 * @param columns columns that are added
 * @param kept indices of the columns that are kept
 * @param hadoop settings of the file systems, for columns of paths
 * @param listener is told about every image
 */
public record ImageTransform(
    ImageReader reader,
    ForwardPass pass,
    ResultColumns columns,
    List<Integer> kept,
    Broadcast<SerializableConfiguration> hadoop,
    ScoringListener listener)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  public ImageTransform {
    kept = List.copyOf(kept);
  }

  /** Returns the indices of all columns of a schema. */
  public static List<Integer> all(StructType schema) {
    return IntStream.range(0, schema.length()).boxed().toList();
  }

  /** Adds predictions to rows. Nothing is computed before Spark needs the result. */
  public Dataset<Row> on(Dataset<Row> rows) {
    return rows.mapPartitions(this, Encoders.row(schema(rows.schema())));
  }

  /** Returns the columns of the result. */
  private StructType schema(StructType input) {
    return columns.appendedTo(
        new StructType(kept.stream().map(input::apply).toArray(StructField[]::new)));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ScoredImages<Row, Object[]> scored =
        new ScoredImages<>(
            rows,
            RowCells::new,
            row -> kept.stream().map(row::get).toArray(),
            reader,
            pass,
            new Storage(hadoop.value().value()),
            listener);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return scored.hasNext();
      }

      @Override
      public Row next() {
        ScoredImages.Scored<Object[]> one = scored.next();
        return one.prediction()
            .map(prediction -> columns.scored(one.kept(), prediction))
            .orElseGet(() -> columns.failed(one.kept(), one.error()));
      }
    };
  }
}
