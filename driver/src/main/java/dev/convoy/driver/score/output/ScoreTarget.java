package dev.convoy.driver.score.output;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * Where scores go.
 *
 * @param kind a directory, or a table of a catalog
 * @param text the path, or the table's name
 * @param format format of the output; empty for that of an existing output, or Parquet
 * @param mode treatment of an existing output
 * @param partitionBy columns by whose values the output is partitioned; may be empty
 * @param fileBytes approximate size of a file in bytes; empty for one file for each task
 */
public record ScoreTarget(
    ScoreTarget.Kind kind,
    String text,
    Optional<OutputFormat> format,
    WriteMode mode,
    List<String> partitionBy,
    OptionalLong fileBytes) {
  /** How the target is named on the command line. */
  public enum Kind {
    PATH("--output"),
    TABLE("--output-table");

    private final String option;

    Kind(String option) {
      this.option = option;
    }

    /** Returns the option that names such a target. */
    public String option() {
      return option;
    }
  }

  public ScoreTarget {
    Checks.notBlank(text, kind.option().substring("--".length()));
    partitionBy = List.copyOf(partitionBy);
  }

  /** Returns a directory of Parquet files, or of the format that it has, without partitions. */
  public static ScoreTarget path(String path, ExistingOutput existing) {
    return new ScoreTarget(
        Kind.PATH,
        path,
        Optional.empty(),
        existing == ExistingOutput.OVERWRITE ? WriteMode.OVERWRITE : WriteMode.CREATE,
        List.of(),
        OptionalLong.empty());
  }

  /** Returns the path if the target has one. */
  public Optional<String> path() {
    return kind == Kind.PATH ? Optional.of(text) : Optional.empty();
  }

  /** Returns the same target with another treatment of an existing output. */
  public ScoreTarget with(WriteMode other) {
    return new ScoreTarget(kind, text, format, other, partitionBy, fileBytes);
  }

  /** Returns whether an existing output that is replaced keeps the columns of its partitions. */
  boolean keepsPartitions() {
    return mode == WriteMode.OVERWRITE && partitionBy.isEmpty();
  }

  /** Returns the same target with other columns of partitions. */
  ScoreTarget partitionedBy(List<String> columns) {
    return new ScoreTarget(kind, text, format, mode, columns, fileBytes);
  }

  /**
   * Checks that the columns of the partitions are columns of the output.
   *
   * @param option how the user has named them, for messages
   * @throws dev.convoy.data.InvalidRequestException if they are not, or if no other column is left
   */
  public void requirePartitions(StructType schema, String option) {
    Problems problems = new Problems();
    List<String> names = Arrays.asList(schema.fieldNames());
    for (String column : partitionBy) {
      if (!names.contains(column)) {
        problems.add(
            option + " " + column,
            "the output has only the columns "
                + names
                + " (name one of them, or add it by --keep)");
      } else if (!isValue(schema.apply(column).dataType())) {
        problems.add(
            option + " " + column,
            "is of the type "
                + schema.apply(column).dataType().catalogString()
                + ", of which no directory can be named (choose a column of text, numbers or"
                + " times)");
      }
    }
    if (Set.copyOf(partitionBy).size() < partitionBy.size()) {
      problems.add(
          option + " " + String.join(",", partitionBy),
          "a column is named twice (name each column once)");
    } else if (problems.isEmpty() && partitionBy.size() == names.size()) {
      problems.add(
          option + " " + String.join(",", partitionBy),
          "no column is left for the files (name fewer columns)");
    }
    problems.refuseIfAny("Cannot score");
  }

  private static boolean isValue(DataType type) {
    return !(type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof BinaryType);
  }

  /** Returns the target as on the command line, for messages. */
  @Override
  public String toString() {
    return kind.option() + " " + text;
  }
}
