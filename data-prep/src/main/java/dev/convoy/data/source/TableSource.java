package dev.convoy.data.source;

import dev.convoy.data.Checks;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The table, files or query that a command reads.
 *
 * @param kind files, a table of a catalog, or the rows of a query
 * @param text the path, the table's name, or the query
 * @param version version of a Delta table, or snapshot of an Iceberg table; empty for the newest
 */
public record TableSource(TableSource.Kind kind, String text, OptionalLong version) {
  /** How the source is named on the command line. */
  public enum Kind {
    PATH("--input"),
    TABLE("--table"),
    QUERY("--query");

    private final String option;

    Kind(String option) {
      this.option = option;
    }

    /** Returns the option that names such a source. */
    public String option() {
      return option;
    }
  }

  public TableSource {
    Checks.notBlank(text, kind.option().substring("--".length()));
  }

  /** Returns a dataset, a folder of images or a table, by its path. */
  public static TableSource path(String path) {
    return new TableSource(Kind.PATH, path, OptionalLong.empty());
  }

  /** Returns the path if the source has one. */
  public Optional<String> path() {
    return kind == Kind.PATH ? Optional.of(text) : Optional.empty();
  }

  /** Returns the source as on the command line, for messages. */
  @Override
  public String toString() {
    return kind.option() + " " + text;
  }
}
