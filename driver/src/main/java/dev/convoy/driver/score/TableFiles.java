package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignFormat;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import java.util.List;
import java.util.Optional;

/** Checks of the files of a table. */
final class TableFiles {
  /** Files whose first bytes are read to see whether they are Parquet. */
  private static final int MOST_OPENED = 64;

  private TableFiles() {}

  /**
   * Checks that all files of an input are Parquet, and of no table whose log says which rows are
   * live.
   *
   * @throws InvalidRequestException if they are not
   */
  static void require(InputListing input) {
    List<Storage.Entry> files = input.tableFiles();
    if (files.isEmpty()) {
      throw refused(input, input.foreign(InputUse.SCORE).orElse("there is no Parquet file in it"));
    }
    Optional<LakeTable> lake = LakeTable.below(input.storage(), input.path(), files);
    if (lake.isPresent()) {
      throw refused(
          input, lake.get().refusalOfInput(input.storage(), input.path(), InputUse.SCORE));
    }
    files.stream()
        .filter(file -> !RowFormat.isParquet(file.relative()))
        .limit(MOST_OPENED)
        .forEach(file -> requireParquet(input, file));
  }

  private static void requireParquet(InputListing input, Storage.Entry file) {
    Optional<ForeignFormat> format = ForeignInput.formatOf(input.storage(), file);
    if (format.isEmpty() || format.get() != ForeignFormat.PARQUET) {
      throw refused(
          input,
          file.relative()
              + format.map(kind -> " is " + kind.one()).orElse(" is no Parquet file")
              + ", and a table may hold Parquet files only (move the others away, or name the"
              + " directory of the Parquet files)");
    }
  }

  private static InvalidRequestException refused(InputListing input, String reason) {
    return new InvalidRequestException("Cannot score " + input.path() + ": " + reason);
  }
}
