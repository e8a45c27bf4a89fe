package dev.convoy;

import dev.convoy.driver.sql.SqlFunctions;
import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers Convoy's functions in Spark SQL, if the setting {@code spark.sql.extensions} names this
 * class when a session is created:
 *
 * <ul>
 *   <li>{@code convoy_predict(image, 'model')} returns a struct of {@code label} (string), {@code
 *       prediction} (int), {@code confidence} (double) and {@code error} (string).
 *   <li>{@code convoy_embed(image, 'model'[, 'layer'])} returns the values of a layer, by default
 *       of the last one before the output layer, as an array of floats; null if the image cannot be
 *       scored.
 * </ul>
 *
 * <p>The model is the directory of a model or of a run. An image has one of the forms of {@link
 * ConvoyModel#setImageFormat}, and is recognised by its type and bytes. A query uses the model that
 * is there when it starts.
 */
public final class ConvoyExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    SqlFunctions.register(extensions);
    return BoxedUnit.UNIT;
  }
}
