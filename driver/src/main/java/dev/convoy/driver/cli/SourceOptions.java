package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.source.TableSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options that name the input of {@code prepare} and {@code score}. */
final class SourceOptions {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "File or directory of the input, or a pattern of tar archives. One of --input, --table and --query is required.")
  private String input;

  @Option(names = "--table", paramLabel = "NAME", description = "A table of a catalog of Spark.")
  private String table;

  @Option(
      names = "--query",
      paramLabel = "SQL",
      description = "A query of Spark SQL, whose result is the table.")
  private String query;

  @Option(
      names = "--version-as-of",
      paramLabel = "N",
      description =
          "Version of a Delta table, or snapshot of an Iceberg table (default: the newest).")
  private Long version;

  /** Returns whether a version of a table is requested. */
  boolean hasVersion() {
    return version != null;
  }

  /**
   * Returns the input.
   *
   * @param verdict beginning of the message about faults, such as {@code Cannot score}
   * @param isFormatGiven whether the command has an option for the format of files
   * @throws dev.convoy.data.InvalidRequestException with all faults, those of {@code problems} too
   */
  TableSource source(String verdict, boolean isFormatGiven, Problems problems) {
    Map<TableSource.Kind, String> given = new EnumMap<>(TableSource.Kind.class);
    Optional.ofNullable(input).ifPresent(path -> given.put(TableSource.Kind.PATH, path));
    Optional.ofNullable(table).ifPresent(name -> given.put(TableSource.Kind.TABLE, name));
    Optional.ofNullable(query).ifPresent(sql -> given.put(TableSource.Kind.QUERY, sql));
    if (given.size() != 1) {
      problems.add(
          given.isEmpty()
              ? "there is no input (give one of --input, --table and --query)"
              : "--input, --table and --query exclude each other (give one of them)");
    }
    if (version != null && query != null) {
      problems.add("--version-as-of", "belongs into the query (FROM t VERSION AS OF N)");
    }
    if (isFormatGiven && input == null) {
      problems.add("--format", "is of files; it needs --input");
    }
    problems.refuseIfAny(verdict);
    Map.Entry<TableSource.Kind, String> only = given.entrySet().iterator().next();
    return new TableSource(
        only.getKey(),
        only.getValue(),
        version == null ? OptionalLong.empty() : OptionalLong.of(version));
  }
}
