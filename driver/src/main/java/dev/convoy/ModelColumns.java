package dev.convoy;

import dev.convoy.driver.transform.Prediction;
import dev.convoy.driver.transform.ResultColumns;
import dev.convoy.driver.transform.TopLabels;
import dev.convoy.worker.scoring.BatchScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.mutable.WrappedArray$;

/**
 * The columns that a {@link ConvoyModel} adds, in the types of Spark's pipelines.
 *
 * @param columns names of the columns, in their order
 * @param labels names of all labels
 * @param top number of labels in a column of the most probable ones
 * @param model SHA-256 of the parameters of the model
 */
record ModelColumns(List<ModelColumns.Column> columns, List<String> labels, int top, String model)
    implements ResultColumns {
  private static final long serialVersionUID = 1L;

  /** Content of a column. */
  enum Content {
    PREDICTION,
    LABEL,
    PROBABILITY,
    LOGITS,
    LAYER,
    TOP,
    ERROR,
    MODEL
  }

  /** A column that is added. */
  record Column(ModelColumns.Content content, String param, String name)
      implements java.io.Serializable {
    boolean needsLabels() {
      return content != Content.LAYER && isComputed();
    }

    /** Whether the network computes the values. */
    boolean isComputed() {
      return content != Content.ERROR && content != Content.MODEL;
    }
  }

  boolean has(Content content) {
    return columns.stream().anyMatch(column -> column.content == content);
  }

  @Override
  public StructType appendedTo(StructType kept) {
    StructType schema = kept;
    for (Column column : columns) {
      schema = schema.add(field(column));
    }
    return schema;
  }

  private StructField field(Column column) {
    return switch (column.content) {
      case PREDICTION ->
          new StructField(column.name, DataTypes.DoubleType, true, labelNames(column.name));
      case LABEL, ERROR, MODEL ->
          new StructField(column.name, DataTypes.StringType, true, Metadata.empty());
      case PROBABILITY, LOGITS, LAYER ->
          new StructField(column.name, SQLDataTypes.VectorType(), true, Metadata.empty());
      case TOP -> new StructField(column.name, TopLabels.TYPE, true, Metadata.empty());
    };
  }

  /** Returns metadata from which Spark's IndexToString reads the names of labels. */
  private Metadata labelNames(String column) {
    if (labels.isEmpty()) {
      return Metadata.empty(); // They are known after training.
    }
    return NominalAttribute.defaultAttr()
        .withName(column)
        .withValues(labels.toArray(String[]::new))
        .toMetadata();
  }

  @Override
  public Row scored(Object[] kept, Prediction prediction) {
    List<Object> cells = new ArrayList<>(Arrays.asList(kept));
    int best =
        prediction.probabilities().length == 0 ? -1 : BatchScorer.best(prediction.probabilities());
    for (Column column : columns) {
      cells.add(
          switch (column.content) {
            case PREDICTION -> (double) best;
            case LABEL -> labels.get(best);
            case PROBABILITY -> vector(prediction.probabilities());
            case LOGITS -> vector(prediction.logits());
            case LAYER -> vector(prediction.layer());
            case TOP ->
                WrappedArray$.MODULE$.make(TopLabels.of(prediction.probabilities(), labels, top));
            case ERROR -> null;
            case MODEL -> model;
          });
    }
    return RowFactory.create(cells.toArray());
  }

  @Override
  public Row failed(Object[] kept, String error) {
    Object[] cells = Arrays.copyOf(kept, kept.length + columns.size());
    for (int i = 0; i < columns.size(); i++) {
      cells[kept.length + i] =
          switch (columns.get(i).content) {
            case PREDICTION, LABEL, PROBABILITY, LOGITS, LAYER, TOP -> null;
            case ERROR -> error;
            case MODEL -> model;
          };
    }
    return RowFactory.create(cells);
  }

  private static Vector vector(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return Vectors.dense(wide);
  }
}
