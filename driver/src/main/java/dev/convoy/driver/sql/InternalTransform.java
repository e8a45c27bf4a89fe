package dev.convoy.driver.sql;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.driver.transform.Prediction;
import dev.convoy.driver.transform.ScoredImages;
import dev.convoy.driver.transform.ScoringListener;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The transform of {@link dev.convoy.driver.transform.ImageTransform} on Spark's internal rows,
 * which saves the conversion of every cell to Java's objects and back. Rows are bound to their
 * partitions when it is applied, so it is for jobs that run at once.
 *
 * @param reader reads the image of a row
 * @param pass networks through which the image passes
 * @param results columns that are added
 * @param kept number of the first columns, which are kept
 * @param hadoop settings of the file systems, for columns of paths
 * @param listener is told about every image
 */
public record InternalTransform(
    ImageReader reader,
    ForwardPass pass,
    Results results,
    int kept,
    Broadcast<SerializableConfiguration> hadoop,
    ScoringListener listener)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The columns that scoring adds, and their cells in Spark's internal form. */
  public interface Results extends Serializable {
    /** Returns the columns that are kept, followed by those of scoring. */
    StructType appendedTo(StructType kept);

    /** Returns the cells of an image that was scored. */
    Object[] scored(Prediction prediction);

    /** Returns the cells of an image without a prediction. */
    Object[] failed(String error);
  }

  /** Rows that Spark has planned, with their partitions. */
  public record Planned(Dataset<Row> rows, RDD<InternalRow> partitions) {
    /** Plans the rows of a Dataset. What its plan shuffles is shuffled now. */
    public static Planned of(Dataset<Row> rows) {
      return new Planned(rows, rows.queryExecution().toRdd());
    }

    public int count() {
      return partitions.getNumPartitions();
    }
  }

  /** Adds predictions to rows. Nothing is scored before Spark needs the result. */
  public Dataset<Row> on(Planned planned) {
    StructType input = planned.rows.schema();
    StructType before = new StructType();
    List<Expression> references = new ArrayList<>();
    for (int index = 0; index < kept; index++) {
      StructField field = input.apply(index);
      before = before.add(field);
      references.add(new BoundReference(index, field.dataType(), field.nullable()));
    }
    FlatMapFunction<Iterator<InternalRow>, InternalRow> partition =
        rows -> scored(rows, references);
    return planned
        .rows
        .sparkSession()
        .internalCreateDataFrame(
            planned.partitions.toJavaRDD().mapPartitions(partition).rdd(),
            results.appendedTo(before),
            false);
  }

  private Iterator<InternalRow> scored(Iterator<InternalRow> rows, List<Expression> references) {
    UnsafeProjection keys = UnsafeProjection.create(Scala.<Expression>seq(references));
    ScoredImages<InternalRow, InternalRow> scored =
        new ScoredImages<>(
            rows,
            CatalystCells::new,
            row -> keys.apply(row).copy(),
            reader,
            pass,
            new Storage(hadoop.value().value()),
            listener);
    JoinedRow joined = new JoinedRow();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return scored.hasNext();
      }

      @Override
      public InternalRow next() {
        ScoredImages.Scored<InternalRow> one = scored.next();
        Object[] cells =
            one.prediction().map(results::scored).orElseGet(() -> results.failed(one.error()));
        return joined.apply(one.kept(), new GenericInternalRow(cells));
      }
    };
  }
}
