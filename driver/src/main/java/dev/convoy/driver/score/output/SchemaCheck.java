package dev.convoy.driver.score.output;

import dev.convoy.data.Problems;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The check that rows fit to the columns of an existing output. */
final class SchemaCheck {
  private SchemaCheck() {}

  /**
   * Refuses rows with other columns than those of an output, or of other types. The order of
   * columns, and whether they may be null, do not matter.
   *
   * @param found columns of the output
   * @param rows columns of the rows
   * @param byName columns whose types are those that Spark guesses from the names of directories
   * @throws dev.convoy.data.InvalidRequestException with all differences
   */
  static void requireSame(
      ScoreTarget target, StructType found, StructType rows, Set<String> byName) {
    Map<String, String> there = types(found);
    Map<String, String> ours = types(rows);
    Problems problems = new Problems();
    ours.forEach(
        (name, type) -> {
          if (!there.containsKey(name)) {
            problems.add(
                target.toString(),
                "it has no column "
                    + name
                    + " (score into another output, replace it with --overwrite, or choose columns"
                    + " with --keys and --columns)");
          } else if (!byName.contains(name) && !there.get(name).equals(type)) {
            problems.add(
                target.toString(),
                "its column "
                    + name
                    + " has the type "
                    + there.get(name)
                    + ", and the new rows have "
                    + type);
          }
        });
    there.keySet().stream()
        .filter(name -> !ours.containsKey(name))
        .forEach(
            name ->
                problems.add(
                    target.toString(),
                    "it has a column "
                        + name
                        + ", and the new rows have none (choose columns with --keys and"
                        + " --columns)"));
    problems.refuseIfAny("Cannot score");
  }

  private static Map<String, String> types(StructType schema) {
    return Arrays.stream(schema.fields())
        .collect(Collectors.toMap(StructField::name, field -> type(field)));
  }

  /** Returns a type as text. Iceberg stores the two smallest types of numbers as int. */
  private static String type(StructField field) {
    return field.dataType().catalogString().replaceAll("\\b(tinyint|smallint)\\b", "int");
  }
}
