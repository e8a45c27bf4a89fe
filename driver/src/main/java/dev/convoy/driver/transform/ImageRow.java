package dev.convoy.driver.transform;

/** Access to the cells of one row, or of one struct in it, in either of Spark's forms of rows. */
public interface ImageRow {
  boolean isNull(int ordinal);

  byte[] bytes(int ordinal);

  String text(int ordinal);

  int number(int ordinal);

  /** Returns the struct in a cell that is not null. */
  ImageRow struct(int ordinal, int fields);
}
