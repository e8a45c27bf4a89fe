package dev.convoy.driver.score.output;

import dev.convoy.data.Problems;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A format in which scores are written. */
public enum OutputFormat {
  PARQUET(".parquet"),
  ORC(".orc"),
  /** Avro files, for which Spark needs a package. */
  AVRO(".avro"),
  /** One JSON object for each line. */
  JSON(".json"),
  /** Text, whose first line names the columns; without the columns that have several values. */
  CSV(".csv"),
  /** A table of Delta Lake. */
  DELTA(LakeTable.Format.DELTA),
  /** A table of Apache Iceberg. */
  ICEBERG(LakeTable.Format.ICEBERG);

  private final String ending;
  private final LakeTable.Format lake;

  OutputFormat(String ending) {
    this.ending = ending;
    this.lake = null;
  }

  OutputFormat(LakeTable.Format lake) {
    this.ending = null;
    this.lake = lake;
  }

  /** Returns the format's word on the command line, and its name for Spark. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the words of all formats. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(OutputFormat::key).toList();
  }

  /** Returns the lake format that this is; empty for plain files. */
  Optional<LakeTable.Format> lake() {
    return Optional.ofNullable(lake);
  }

  /** Returns whether the files of this format tell the types of their columns. */
  boolean hasSchema() {
    return this != JSON && this != CSV;
  }

  /** Returns whether a cell may hold arrays or structs. */
  public boolean isNested() {
    return this != CSV;
  }

  /** Returns the options with which Spark writes and reads files of this format. */
  Map<String, String> options() {
    return this == CSV
        ? Map.of(
            "header", "true",
            "escape", "\"",
            "multiLine", "true",
            "ignoreLeadingWhiteSpace", "false",
            "ignoreTrailingWhiteSpace", "false",
            "enforceSchema", "false")
        : Map.of();
  }

  /**
   * Checks that every column can be written in this format.
   *
   * @param problems receives the columns that cannot
   */
  public void check(StructType columns, Problems problems) {
    if (isNested()) {
      return;
    }
    for (StructField column : columns.fields()) {
      DataType type = column.dataType();
      if (!(type instanceof AtomicType) || type.equals(DataTypes.BinaryType)) {
        problems.add(
            "column " + column.name(),
            "is of type "
                + type.simpleString()
                + ", which a file of the format "
                + key()
                + " cannot hold (leave it out with --columns or --keys, or choose another"
                + " --output-format)");
      }
    }
  }

  /**
   * Returns whether a file has the name of one that Spark writes in this format, at the top of an
   * output or in a partition such as {@code day=1}.
   *
   * @param relative path relative to the output
   */
  boolean isPart(String relative) {
    return ending != null && relative.matches("([^/]+=[^/]*/)*part-[^/]*\\" + ending);
  }

  /** Returns the format of a table; empty if Convoy does not write it. */
  static Optional<OutputFormat> of(LakeTable.Format lake) {
    return Arrays.stream(values()).filter(format -> format.lake == lake).findFirst();
  }

  /** Returns the package to add if the format's writer is not on the class path. */
  Optional<String> missingPackage() {
    if (this == AVRO) {
      return RowFormat.AVRO.missingPackage();
    }
    return lake().filter(format -> !format.isOnClassPath()).map(LakeTable.Format::packages);
  }
}
