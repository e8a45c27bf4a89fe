package dev.convoy.data.source;

import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A directory, a file, or a pattern of files that is given as an input. Its contents are listed
 * once, at the first request, and all formats use that listing.
 */
public final class InputListing {
  private final Storage storage;
  private final String path;
  private final FileScan scan;
  private FileTree tree;
  private ImageFolder images;
  private List<Storage.Entry> archives;

  /**
   * Creates a listing.
   *
   * @param path path or pattern as the user has given it
   */
  public InputListing(Storage storage, String path) {
    this(storage, path, FileScan.HERE);
  }

  /**
   * Creates a listing.
   *
   * @param path path or pattern as the user has given it
   * @param scan looks into archives
   */
  public InputListing(Storage storage, String path, FileScan scan) {
    this.storage = storage;
    this.path = path;
    this.scan = scan;
  }

  public Storage storage() {
    return storage;
  }

  /** Returns the path as the user has given it. */
  public String path() {
    return path;
  }

  /**
   * Returns everything below a directory except what is hidden by convention, the single file, or
   * the files that match a pattern.
   */
  public FileTree tree() {
    if (tree == null) {
      tree =
          storage.isDirectory(path)
              ? storage.tree(path, FileTree.Hidden.BY_CONVENTION)
              : new FileTree(
                  storage.exists(path) ? List.of(storage.entry(path)) : storage.matching(path),
                  List.of(),
                  List.of(),
                  Set.of(),
                  Map.of());
    }
    return tree;
  }

  /** Returns whether the path exists, or a file matches the pattern. */
  public boolean exists() {
    return storage.exists(path) || !tree().files().isEmpty();
  }

  boolean isDirectory() {
    return storage.isDirectory(path);
  }

  FileScan scan() {
    return scan;
  }

  /** Returns the tar archives. */
  public List<Storage.Entry> archives() {
    if (archives == null) {
      archives = ArchiveFormat.among(tree(), storage);
    }
    return archives;
  }

  /**
   * Returns the files that a table may consist of, without those that are hidden from Spark, which
   * does not read them.
   */
  public List<Storage.Entry> tableFiles() {
    return tree().files(FileTree.Hidden.IN_TABLES);
  }

  /** Returns the files that are not read as part of a table, grouped by reason. */
  public SkippedFiles skippedInTable() {
    return SkippedFiles.ofTable(tree());
  }

  /** Returns the image files, and the files that are skipped. */
  public ImageFolder images() {
    if (images == null) {
      images = ImageFolder.of(tree(), storage);
    }
    return images;
  }

  /** Returns the same listing with only some of its images, by their relative paths. */
  public InputListing only(Set<String> relative) {
    InputListing listing = new InputListing(storage, path, scan);
    listing.tree = tree();
    listing.images =
        new ImageFolder(
            images().images().stream().filter(file -> relative.contains(file.relative())).toList(),
            images().skippedFiles());
    return listing;
  }

  /**
   * Describes the files that no format reads, with the remedy; empty if their kinds are unknown.
   */
  public Optional<String> foreign(InputUse use) {
    List<Storage.Entry> files = use == InputUse.SCORE ? tableFiles() : tree().files();
    return ForeignInput.describe(storage, path, files, use);
  }
}
