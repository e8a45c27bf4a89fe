package dev.convoy.driver.sql;

import java.util.Locale;

/** The functions of Spark SQL. */
public enum SqlFunction {
  PREDICT,
  EMBED;

  /** Returns the name in SQL, such as {@code convoy_predict}. */
  public String sqlName() {
    return "convoy_" + name().toLowerCase(Locale.ROOT);
  }
}
