package dev.convoy.driver.score.output;

import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A format in which scores are written. */
public enum OutputFormat {
  PARQUET(".parquet"),
  ORC(".orc"),
  /** Avro files, for which Spark needs a package. */
  AVRO(".avro"),
  /** One JSON object for each line. */
  JSON(".json"),
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
    return this != JSON;
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
