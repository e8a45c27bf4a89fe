package dev.convoy.driver.sql;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Names of columns and tables that may have any characters. */
public final class Identifier {
  private Identifier() {}

  /** Returns a name as Spark SQL takes it for one part, whatever its characters. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Returns the column of that name. */
  public static Column column(String name) {
    return functions.col(quoted(name));
  }

  /** Returns the columns of these names. */
  public static Column[] columns(List<String> names) {
    return names.stream().map(Identifier::column).toArray(Column[]::new);
  }
}
