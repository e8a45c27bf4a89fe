package dev.convoy.driver.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** Values of cells in the form in which Spark's internal rows have them. */
public final class InternalCells {
  private InternalCells() {}

  /** Returns a cell with text. */
  public static Object text(String value) {
    return UTF8String.fromString(value);
  }

  /** Returns a cell with an array of numbers. */
  public static Object floats(float[] values) {
    return UnsafeArrayData.fromPrimitiveArray(values);
  }

  /**
   * Returns a cell with an array of structs.
   *
   * @param structs their fields, which are cells
   */
  public static Object structs(List<Object[]> structs) {
    return new GenericArrayData(structs.stream().map(GenericInternalRow::new).toArray());
  }
}
