package dev.convoy.data.source;

import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A directory or a file that an input names. What lies below it is listed once, when it is first
 * asked for, and every format looks at that listing.
 */
public final class InputListing {
  private final Storage storage;
  private final String path;
  private FileTree tree;
  private ImageFolder images;

  /**
   * A listing of a path that is there.
   *
   * @param path as the user has named it
   */
  public InputListing(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  public Storage storage() {
    return storage;
  }

  /** The path as the user has named it. */
  public String path() {
    return path;
  }

  /** All that lies below a directory, without what is hidden by convention; or the one file. */
  public FileTree tree() {
    if (tree == null) {
      tree =
          storage.isDirectory(path)
              ? storage.tree(path, FileTree.Hidden.BY_CONVENTION)
              : new FileTree(List.of(storage.entry(path)), List.of(), List.of(), Set.of());
    }
    return tree;
  }

  /** The files that a table may consist of: Spark reads none that Hadoop hides. */
  public List<Storage.Entry> tableFiles() {
    return tree().files(FileTree.Hidden.AS_IN_HADOOP);
  }

  /** The PNG and JPEG files, and what is skipped beside them. */
  public ImageFolder images() {
    if (images == null) {
      images = ImageFolder.of(tree());
    }
    return images;
  }

  /** Tells of files that no format reads what they are and what to do; empty for unknown ones. */
  public Optional<String> foreign(InputUse use) {
    List<Storage.Entry> files = use == InputUse.SCORE ? tableFiles() : tree().files();
    return ForeignInput.describe(storage, path, files, use);
  }
}
