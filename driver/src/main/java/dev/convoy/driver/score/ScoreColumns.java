package dev.convoy.driver.score;

import dev.convoy.driver.sql.InternalCells;
import dev.convoy.driver.sql.InternalTransform;
import dev.convoy.driver.transform.Prediction;
import dev.convoy.driver.transform.TopLabels;
import dev.convoy.worker.scoring.BatchScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that scoring adds to the key columns, and their values.
 *
 * @param labels names of all labels
 * @param all whether there is a column with the probabilities of all labels
 * @param top number of most probable labels in the column {@code top_k}; 0 for no such column
 */
record ScoreColumns(List<String> labels, boolean all, int top)
    implements InternalTransform.Results {
  private static final long serialVersionUID = 1L;

  /** Name of the column with the name of the most probable label. */
  static final String PREDICTED_LABEL = "predicted_label";

  static ScoreColumns of(Answers answers, List<String> labels) {
    return new ScoreColumns(labels, answers.writesAll(labels.size()), answers.top(labels.size()));
  }

  /** Returns the columns that have one value in each row. */
  ScoreColumns ofOneValue() {
    return new ScoreColumns(labels, false, 0);
  }

  @Override
  public StructType appendedTo(StructType keys) {
    StructType schema =
        keys.add("prediction", DataTypes.IntegerType, true)
            .add(PREDICTED_LABEL, DataTypes.StringType, true)
            .add("confidence", DataTypes.FloatType, true);
    if (all) {
      schema =
          schema.add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false), true);
    }
    if (top > 0) {
      schema = schema.add("top_k", TopLabels.TYPE, true);
    }
    return schema.add("error", DataTypes.StringType, true);
  }

  List<String> names() {
    return Arrays.asList(appendedTo(new StructType()).fieldNames());
  }

  @Override
  public Object[] scored(Prediction prediction) {
    float[] probabilities = prediction.probabilities();
    int best = BatchScorer.best(probabilities);
    List<Object> cells = new ArrayList<>();
    cells.add(best);
    cells.add(InternalCells.text(labels.get(best)));
    cells.add(probabilities[best]);
    if (all) {
      cells.add(InternalCells.floats(probabilities));
    }
    if (top > 0) {
      cells.add(
          InternalCells.structs(
              TopLabels.best(probabilities, top).stream()
                  .map(label -> topLabel(label, probabilities[label]))
                  .toList()));
    }
    cells.add(null);
    return cells.toArray();
  }

  private Object[] topLabel(int label, float probability) {
    return new Object[] {label, InternalCells.text(labels.get(label)), probability};
  }

  @Override
  public Object[] failed(String error) {
    Object[] cells = new Object[names().size()];
    cells[cells.length - 1] = InternalCells.text(error);
    return cells;
  }
}
