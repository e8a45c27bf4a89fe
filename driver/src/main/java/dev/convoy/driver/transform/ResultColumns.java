package dev.convoy.driver.transform;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The columns that scoring adds to the columns of the input, and their cells. */
public interface ResultColumns extends Serializable {
  /** Returns the columns that are kept, followed by those of scoring. */
  StructType appendedTo(StructType kept);

  /** Returns the row of an image that was scored. */
  Row scored(Object[] kept, Prediction prediction);

  /** Returns a row without a prediction, with the reason. */
  Row failed(Object[] kept, String error);
}
