package dev.convoy.driver.score;

import dev.convoy.data.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The columns of a table, found by their names as Spark finds them: in any case, unless {@code
 * spark.sql.caseSensitive} is set.
 */
record TableColumns(Dataset<Row> table, List<String> names, boolean caseSensitive) {
  private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  static TableColumns of(Dataset<Row> table) {
    String setting = table.sparkSession().conf().get(CASE_SENSITIVE);
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

  /**
   * Why a table is refused whose columns, or fields of one, cannot be told apart in any case.
   *
   * @param path as Spark's readers take it
   */
  static String alike(SparkSession session, String path) {
    SparkSession exact = session.newSession();
    exact.conf().set(CASE_SENSITIVE, "true");
    List<String> names = Arrays.asList(exact.read().parquet(path).columns());
    List<String> alike =
        names.stream()
            .filter(name -> names.stream().filter(name::equalsIgnoreCase).count() > 1)
            .toList();
    return (alike.isEmpty() ? "names within one of its columns" : "its columns " + alike)
        + " differ in case only, and columns are found in any case (to tell them apart: --set "
        + CASE_SENSITIVE
        + "=true)";
  }

  boolean isSame(String one, String other) {
    return caseSensitive ? one.equals(other) : one.equalsIgnoreCase(other);
  }

  /** A column by its name as the table has it, with whatever characters. */
  Column column(String name) {
    return table.col("`" + name.replace("`", "``") + "`");
  }
}
