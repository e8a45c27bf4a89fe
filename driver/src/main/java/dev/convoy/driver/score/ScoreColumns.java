package dev.convoy.driver.score;

import dev.convoy.worker.scoring.BatchScorer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.mutable.WrappedArray$;

/**
 * The columns that scoring adds to the key columns, and their values.
 *
 * @param labels names of all labels
 * @param all whether there is a column with the probabilities of all labels
 * @param top number of most probable labels in the column {@code top}; 0 for no such column
 */
record ScoreColumns(List<String> labels, boolean all, int top) implements Serializable {
  private static final StructType TOP =
      new StructType()
          .add("label", DataTypes.IntegerType, false)
          .add("name", DataTypes.StringType, false)
          .add("probability", DataTypes.FloatType, false);

  static ScoreColumns of(Answers answers, List<String> labels) {
    return new ScoreColumns(labels, answers.writesAll(labels.size()), answers.top(labels.size()));
  }

  /** Returns the key columns, followed by those of scoring. */
  StructType appendedTo(StructType keys) {
    StructType schema =
        keys.add("prediction", DataTypes.IntegerType, true)
            .add("predicted_label", DataTypes.StringType, true)
            .add("confidence", DataTypes.FloatType, true);
    if (all) {
      schema =
          schema.add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false), true);
    }
    if (top > 0) {
      schema = schema.add("top", DataTypes.createArrayType(TOP, false), true);
    }
    return schema.add("error", DataTypes.StringType, true);
  }

  List<String> names() {
    return Arrays.asList(appendedTo(new StructType()).fieldNames());
  }

  /** Returns the row of an image that was scored. */
  Row scored(Object[] keys, float[] probabilities) {
    int best = BatchScorer.best(probabilities);
    List<Object> cells = new ArrayList<>(Arrays.asList(keys));
    cells.add(best);
    cells.add(labels.get(best));
    cells.add(probabilities[best]);
    if (all) {
      cells.add(WrappedArray$.MODULE$.make(probabilities));
    }
    if (top > 0) {
      cells.add(WrappedArray$.MODULE$.make(highest(probabilities)));
    }
    cells.add(null);
    return RowFactory.create(cells.toArray());
  }

  /** Returns a row without a prediction. */
  Row failed(Object[] keys, String error) {
    Object[] cells = Arrays.copyOf(keys, keys.length + names().size());
    cells[cells.length - 1] = error;
    return RowFactory.create(cells);
  }

  /** Returns the most probable labels in descending order; of equal ones the lower label first. */
  private Row[] highest(float[] probabilities) {
    Comparator<Integer> better =
        Comparator.<Integer>comparingDouble(label -> -probabilities[label])
            .thenComparing(Comparator.naturalOrder());
    PriorityQueue<Integer> kept = new PriorityQueue<>(better.reversed());
    for (int label = 0; label < probabilities.length; label++) {
      if (kept.size() < top || probabilities[label] > probabilities[kept.element()]) {
        kept.add(label);
        if (kept.size() > top) {
          kept.remove();
        }
      }
    }
    return kept.stream()
        .sorted(better)
        .map(label -> RowFactory.create(label, labels.get(label), probabilities[label]))
        .toArray(Row[]::new);
  }
}
