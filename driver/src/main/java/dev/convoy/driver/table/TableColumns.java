package dev.convoy.driver.table;

import dev.convoy.data.Problems;
import dev.convoy.driver.sql.Identifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The columns of a table, found by name like in Spark: ignoring case, unless {@code
 * spark.sql.caseSensitive} is set.
 */
public record TableColumns(Dataset<Row> table, List<String> names, boolean caseSensitive) {
  private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  public static TableColumns of(Dataset<Row> table) {
    String setting = table.sparkSession().conf().get(CASE_SENSITIVE);
    return new TableColumns(table, Arrays.asList(table.columns()), Boolean.parseBoolean(setting));
  }

  /**
   * Returns the name of a column as the table spells it; empty if there is none or more than one,
   * which is added to {@code problems}.
   *
   * @param option option that names the column
   */
  public Optional<String> find(String wanted, String option, Problems problems) {
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
   * Returns the reason to refuse a table with columns, or fields of a column, that differ only in
   * case.
   *
   * @param reading reads the table in a session
   */
  static String caseConflict(SparkSession session, Function<SparkSession, Dataset<Row>> reading) {
    SparkSession exact = session.newSession();
    exact.conf().set(CASE_SENSITIVE, "true");
    List<String> names = Arrays.asList(reading.apply(exact).columns());
    List<String> conflicting =
        names.stream()
            .filter(name -> names.stream().filter(name::equalsIgnoreCase).count() > 1)
            .toList();
    return (conflicting.isEmpty()
            ? "names within one of its columns"
            : "its columns " + conflicting)
        + " differ in case only, and columns are found in any case (to tell them apart: --set "
        + CASE_SENSITIVE
        + "=true)";
  }

  public boolean isSame(String one, String other) {
    return caseSensitive ? one.equals(other) : one.equalsIgnoreCase(other);
  }

  /** Returns a column by the table's spelling of its name, which may have any characters. */
  public Column column(String name) {
    return table.col(Identifier.quoted(name));
  }
}
