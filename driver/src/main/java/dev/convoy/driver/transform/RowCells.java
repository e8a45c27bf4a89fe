package dev.convoy.driver.transform;

import org.apache.spark.sql.Row;

/** The cells of a row of a {@code Dataset}. */
record RowCells(Row row) implements ImageRow {
  @Override
  public boolean isNull(int ordinal) {
    return row.isNullAt(ordinal);
  }

  @Override
  public byte[] bytes(int ordinal) {
    return row.getAs(ordinal);
  }

  @Override
  public String text(int ordinal) {
    return row.getString(ordinal);
  }

  @Override
  public int number(int ordinal) {
    return row.getInt(ordinal);
  }

  @Override
  public ImageRow struct(int ordinal, int fields) {
    return new RowCells(row.getStruct(ordinal));
  }
}
