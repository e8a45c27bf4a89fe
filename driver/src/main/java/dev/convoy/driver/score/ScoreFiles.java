package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignFormat;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.ImageFile;
import dev.convoy.data.source.ImageFolder;
import dev.convoy.data.source.LakeTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The files of an input that is no dataset, listed once.
 *
 * @param all that a table may consist of
 * @param folder the images, where it is a folder of them
 */
record ScoreFiles(Storage storage, String input, List<Storage.Entry> all, ImageFolder folder) {
  /** Files whose first bytes are read to see whether they are Parquet. */
  private static final int MOST_OPENED = 64;

  /** Lists them. */
  static ScoreFiles list(Storage storage, ScorePlan plan) {
    String input = plan.input();
    FileTree tree;
    if (storage.isDirectory(input)) {
      tree = storage.tree(input, FileTree.Hidden.BY_CONVENTION);
    } else {
      String path = storage.qualified(input);
      String name = path.substring(path.lastIndexOf('/') + 1);
      Storage.Entry file = new Storage.Entry(path, name, storage.size(input));
      tree = new FileTree(List.of(file), List.of(), List.of(), Set.of());
    }
    // Spark reads no file of a table that Hadoop hides; an image may well begin with an underscore.
    return new ScoreFiles(
        storage, input, tree.files(FileTree.Hidden.AS_IN_HADOOP), ImageFolder.of(tree));
  }

  /**
   * Whether they are to be read as a Parquet table, or else as a folder of images.
   *
   * @throws InvalidRequestException if they can be neither, or both
   */
  boolean isTable(ScorePlan.Format format) {
    if (format == ScorePlan.Format.TABLE) {
      return true;
    }
    long parquet = all.stream().filter(ScoreFiles::isParquet).count();
    boolean folders = !folder.images().isEmpty();
    if (format == ScorePlan.Format.AUTO && parquet > 0) {
      if (folders) {
        throw refused(
            String.format(
                Locale.ROOT,
                "it holds %d Parquet files and %d PNG or JPEG files (score the images with --format folder, or name the directory of the Parquet files)",
                parquet,
                folder.images().size()));
      }
      return true;
    }
    if (!folders) {
      throw refused(
          ForeignInput.describe(storage, input, all, ForeignFormat.Use.SCORE)
              .orElse(
                  "there is no PNG or JPEG file in it"
                      + (format == ScorePlan.Format.AUTO ? ", and no Parquet file" : "")
                      + (all.isEmpty() ? "" : "; files found: " + all.size())));
    }
    return false;
  }

  /** Checks that all of them are Parquet, and of no table whose log says which rows are live. */
  void requireTable() {
    if (all.isEmpty()) {
      throw refused(
          ForeignInput.describe(storage, input, all, ForeignFormat.Use.SCORE)
              .orElse("there is no Parquet file in it"));
    }
    Optional<LakeTable> lake = LakeTable.below(storage, input, all);
    if (lake.isPresent()) {
      throw refused(lake.get().refusalOfInput(storage, input, ForeignFormat.Use.SCORE));
    }
    all.stream().filter(file -> !isParquet(file)).limit(MOST_OPENED).forEach(this::requireParquet);
  }

  private void requireParquet(Storage.Entry file) {
    Optional<ForeignFormat> format = ForeignInput.formatOf(storage, file);
    if (format.isEmpty() || format.get() != ForeignFormat.PARQUET) {
      throw refused(
          file.relative()
              + format.map(kind -> " is " + kind.one()).orElse(" is no Parquet file")
              + ", and a table may hold Parquet files only (move the others away, or name the"
              + " directory of the Parquet files)");
    }
  }

  private static boolean isParquet(Storage.Entry file) {
    return file.relative().toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  private InvalidRequestException refused(String reason) {
    return new InvalidRequestException("Cannot score " + input + ": " + reason);
  }

  List<ImageFile> images() {
    return folder.images();
  }
}
