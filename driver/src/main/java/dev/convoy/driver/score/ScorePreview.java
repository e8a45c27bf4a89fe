package dev.convoy.driver.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a scoring job would do.
 *
 * @param model directory of the model, with scheme
 * @param modelSha256 SHA-256 of the parameters of the model, as in the column {@code model}
 * @param input path, table or query
 * @param rows number of rows that would be scored
 * @param already number of rows of the input that have been scored before
 * @param output directory with scheme, or name of a table
 * @param format format of the output
 * @param mode treatment of an existing output: create, append, overwrite or overwrite_partitions
 * @param partitionBy columns of the output's partitions
 * @param columns columns of the output, with their types in Spark SQL
 * @param notes what a killed job has left in the output
 */
public record ScorePreview(
    String model,
    String modelSha256,
    String input,
    long rows,
    long already,
    String output,
    String format,
    String mode,
    List<String> partitionBy,
    Map<String, String> columns,
    List<String> notes) {
  public ScorePreview {
    partitionBy = List.copyOf(partitionBy);
    notes = List.copyOf(notes);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }
}
