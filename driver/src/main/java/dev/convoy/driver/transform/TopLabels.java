package dev.convoy.driver.transform;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The most probable labels of an image, as an array of structs. */
public final class TopLabels {
  /** Type of a column of them: label, name and probability, the most probable first. */
  public static final ArrayType TYPE =
      DataTypes.createArrayType(
          new StructType()
              .add("label", DataTypes.IntegerType, false)
              .add("name", DataTypes.StringType, false)
              .add("probability", DataTypes.FloatType, false),
          false);

  private TopLabels() {}

  /**
   * Returns the most probable labels with their names, as {@link #best} orders them.
   *
   * @param labels names of all labels
   * @param count how many, at most as many as there are labels
   */
  public static Row[] of(float[] probabilities, List<String> labels, int count) {
    return best(probabilities, count).stream()
        .map(label -> RowFactory.create(label, labels.get(label), probabilities[label]))
        .toArray(Row[]::new);
  }

  /**
   * Returns the most probable labels in descending order; of equal ones the lower label first.
   *
   * @param count how many, at most as many as there are labels
   */
  public static List<Integer> best(float[] probabilities, int count) {
    Comparator<Integer> better =
        Comparator.<Integer>comparingDouble(label -> -probabilities[label])
            .thenComparing(Comparator.naturalOrder());
    PriorityQueue<Integer> kept = new PriorityQueue<>(better.reversed());
    for (int label = 0; label < probabilities.length; label++) {
      if (kept.size() < count || probabilities[label] > probabilities[kept.element()]) {
        kept.add(label);
        if (kept.size() > count) {
          kept.remove();
        }
      }
    }
    return kept.stream().sorted(better).toList();
  }
}
