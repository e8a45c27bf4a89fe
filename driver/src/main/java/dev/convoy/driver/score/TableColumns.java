package dev.convoy.driver.score;

import dev.convoy.data.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The columns of a table, found by their names as Spark finds them: in any case, unless {@code
 * spark.sql.caseSensitive} is set.
 */
record TableColumns(Dataset<Row> table, List<String> names, boolean caseSensitive) {
  static TableColumns of(Dataset<Row> table) {
    String setting = table.sparkSession().conf().get("spark.sql.caseSensitive");
    return new TableColumns(table, Arrays.asList(table.columns()), Boolean.parseBoolean(setting));
  }

  /**
   * A column's name as the table has it.
   *
   * @param option that has named it; is told to {@code problems} where there is none
   */
  Optional<String> find(String wanted, String option, Problems problems) {
    List<String> found = names.stream().filter(name -> isSame(name, wanted)).toList();
    if (found.isEmpty()) {
      problems.add(option + " " + wanted, "the table has only the columns " + names);
    } else if (found.size() > 1) {
      problems.add(
          option + " " + wanted,
          "the table has the columns "
              + found
              + " (to tell them apart: --set spark.sql.caseSensitive=true)");
      return Optional.empty();
    }
    return found.stream().findFirst();
  }

  boolean isSame(String one, String other) {
    return caseSensitive ? one.equals(other) : one.equalsIgnoreCase(other);
  }

  /** A column by its name as the table has it, with whatever characters. */
  Column column(String name) {
    return table.col("`" + name.replace("`", "``") + "`");
  }
}
