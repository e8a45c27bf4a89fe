package dev.convoy.driver.sql;

import dev.convoy.driver.transform.ImageRow;
import org.apache.spark.sql.catalyst.InternalRow;

/** The cells of a row in Spark's internal form. */
record CatalystCells(InternalRow row) implements ImageRow {
  @Override
  public boolean isNull(int ordinal) {
    return row.isNullAt(ordinal);
  }

  @Override
  public byte[] bytes(int ordinal) {
    return row.getBinary(ordinal);
  }

  @Override
  public String text(int ordinal) {
    return row.getUTF8String(ordinal).toString();
  }

  @Override
  public int number(int ordinal) {
    return row.getInt(ordinal);
  }

  @Override
  public ImageRow struct(int ordinal, int fields) {
    return new CatalystCells(row.getStruct(ordinal, fields));
  }
}
