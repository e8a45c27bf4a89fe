package dev.convoy.driver.sql;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.driver.transform.Prediction;
import dev.convoy.driver.transform.ScoredImages;
import dev.convoy.driver.transform.ScoringListener;
import dev.convoy.worker.scoring.BatchScorer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Seq;

/**
 * Scores the rows of one partition.
 *
 * @param image expression of the image
 * @param input columns of the rows
 * @param output columns of the rows with one result for each function
 */
record ScorePartition(
    Expression image,
    Seq<Attribute> input,
    Seq<Attribute> output,
    List<SqlFunction> functions,
    ImageReader reader,
    ForwardPass pass,
    List<String> labels,
    Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    UnsafeProjection images = UnsafeProjection.create(Scala.seq(List.of(image)), input);
    images.initialize(TaskContext.getPartitionId());
    ScoredImages<InternalRow, InternalRow> scored =
        new ScoredImages<>(
            rows,
            row -> new CatalystCells(images.apply(row)),
            InternalRow::copy,
            reader,
            pass,
            new Storage(hadoop.value().value()),
            ScoringListener.SILENT);
    UnsafeProjection joined =
        UnsafeProjection.create(Scala.<Expression>seq(Scala.list(output)), output);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return scored.hasNext();
      }

      @Override
      public InternalRow next() {
        ScoredImages.Scored<InternalRow> one = scored.next();
        Object[] results =
            functions.stream()
                .map(
                    function ->
                        function == SqlFunction.PREDICT
                            ? prediction(one.prediction(), one.error())
                            : values(one.prediction()))
                .toArray();
        return joined.apply(new JoinedRow(one.kept(), new GenericInternalRow(results)));
      }
    };
  }

  private InternalRow prediction(Optional<Prediction> prediction, String error) {
    if (prediction.isEmpty()) {
      return new GenericInternalRow(new Object[] {null, null, null, UTF8String.fromString(error)});
    }
    float[] probabilities = prediction.get().probabilities();
    int best = BatchScorer.best(probabilities);
    return new GenericInternalRow(
        new Object[] {
          UTF8String.fromString(labels.get(best)), best, (double) probabilities[best], null
        });
  }

  private static Object values(Optional<Prediction> prediction) {
    return prediction.map(one -> UnsafeArrayData.fromPrimitiveArray(one.layer())).orElse(null);
  }
}
