package dev.convoy.driver.table;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import dev.convoy.data.Problems;
import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * How the values of a column name image files.
 *
 * @param pattern path, in which {@value #VALUE} stands for the value
 */
public record ImagePaths(String pattern) {
  /** Stands for the value of the column in a pattern. */
  public static final String VALUE = "{}";

  /** Values that are paths themselves. */
  public static final ImagePaths PLAIN = new ImagePaths(VALUE);

  /** An absolute path, or one with a scheme. The name of a file may contain a colon. */
  private static final String ABSOLUTE = "^(/|[A-Za-z][A-Za-z0-9+.-]*:/).*";

  /**
   * Reads the option {@code --image-path}.
   *
   * @param given its value; null for none
   * @param problems receives the fault
   */
  public static ImagePaths of(String given, Problems problems) {
    if (given == null) {
      return PLAIN;
    }
    if (given.indexOf(VALUE) < 0 || given.indexOf(VALUE) != given.lastIndexOf(VALUE)) {
      problems.add(
          "--image-path " + given,
          "must contain " + VALUE + " once, which stands for the value of the image column");
      return PLAIN;
    }
    return new ImagePaths(given);
  }

  /**
   * Returns the paths of a column. A blank value stays blank.
   *
   * @param value column of strings
   * @param directory directory to which paths are relative; empty for the working directory
   */
  public Column of(Column value, Optional<String> directory) {
    int at = pattern.indexOf(VALUE);
    Column path =
        concat(lit(pattern.substring(0, at)), value, lit(pattern.substring(at + VALUE.length())));
    Column whole =
        directory
            .map(
                parent ->
                    when(path.rlike(ABSOLUTE), path).otherwise(concat(lit(parent + "/"), path)))
            .orElse(path);
    return when(trim(value).equalTo(""), value).otherwise(whole);
  }
}
