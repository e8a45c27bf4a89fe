package dev.convoy.driver.score.output;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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

  /** Returns the target as on the command line, for messages. */
  @Override
  public String toString() {
    return kind.option() + " " + text;
  }
}
