package dev.convoy.data.io;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists a local directory with one system call for each file; Hadoop's listing starts the program
 * {@code ls} for each. A link to a directory that contains the link is not followed.
 */
final class LocalWalk {
  private final String root;
  private final FileTree.Hidden hidden;
  private final List<Storage.Entry> files = new ArrayList<>();
  private final List<FileTree.Skipped> skipped = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();
  private final Set<String> undecoded = new TreeSet<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<Object> above = new HashSet<>();
  private final Map<String, String> links = new TreeMap<>();
  private final Path real;

  private LocalWalk(String root, Path real, FileTree.Hidden hidden) {
    this.root = root;
    this.real = real;
    this.hidden = hidden;
  }

  /**
   * Lists a directory.
   *
   * @param root qualified path of the directory, for the paths of its files
   */
  static FileTree list(Path directory, String root, FileTree.Hidden hidden) throws IOException {
    LocalWalk walk = new LocalWalk(root, directory.toRealPath(), hidden);
    for (Path outer = walk.real.getParent(); outer != null; outer = outer.getParent()) {
      walk.above.add(key(Files.readAttributes(outer, BasicFileAttributes.class), outer));
    }
    BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      walk.directory(directory, "", attributes);
    } else {
      walk.files.add(entry(root, LocalNames.text(directory), attributes));
    }
    return walk.tree();
  }

  private static Storage.Entry entry(String path, String relative, BasicFileAttributes attributes) {
    return new Storage.Entry(
        path, relative, attributes.size(), attributes.lastModifiedTime().toMillis());
  }

  private FileTree tree() {
    files.sort(Comparator.comparing(Storage.Entry::relative));
    List<Storage.Entry> distinct = new ArrayList<>(files.size());
    String before = null;
    for (Storage.Entry file : files) {
      if (file.relative().equals(before)) {
        skipped.add(new FileTree.Skipped(before, 1, FileTree.Reason.AMBIGUOUS));
      } else {
        distinct.add(file);
        before = file.relative();
      }
    }
    skipped.sort(Comparator.comparing(FileTree.Skipped::relative));
    empty.sort(Comparator.naturalOrder());
    return new FileTree(distinct, skipped, empty, undecoded, links);
  }

  private void directory(Path directory, String prefix, BasicFileAttributes attributes)
      throws IOException {
    Object key = key(attributes, directory);
    above.add(key);
    boolean nothing = true;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        nothing = false;
        child(child, prefix + LocalNames.text(child));
      }
    }
    above.remove(key);
    if (nothing && !prefix.isEmpty()) {
      empty.add(prefix.substring(0, prefix.length() - 1));
    }
  }

  private void child(Path child, String relative) throws IOException {
    String name = relative.substring(relative.lastIndexOf('/') + 1);
    if (!LocalNames.isUtf8(child)) {
      undecoded.add(relative);
    }
    if (hidden.covers(name)) {
      skip(relative, filesIn(child), FileTree.Reason.HIDDEN);
      return;
    }
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        attributes = Files.readAttributes(child, BasicFileAttributes.class);
        link(child, relative);
      }
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      // A file that is not a link was deleted meanwhile.
      if (Files.isSymbolicLink(child)) {
        skip(relative, 1, FileTree.Reason.BROKEN_LINK);
      }
      return;
    }
    if (attributes.isRegularFile()) {
      files.add(entry(root + "/" + relative, relative, attributes));
    } else if (!attributes.isDirectory()) {
      skip(relative, 1, FileTree.Reason.SPECIAL);
    } else if (above.contains(key(attributes, child))) {
      skip(relative, 1, FileTree.Reason.LOOP);
    } else {
      requireDistinct(relative);
      directory(child, relative + "/", attributes);
    }
  }

  /** Notes where a link leads if that is in the directory that is listed. */
  private void link(Path child, String relative) throws IOException {
    Path target = child.toRealPath();
    if (target.startsWith(real) && !target.equals(real)) {
      List<String> names = new ArrayList<>();
      for (Path at = target; !at.equals(real); at = at.getParent()) {
        names.add(0, LocalNames.text(at));
      }
      links.put(relative, String.join("/", names));
    }
  }

  /**
   * Refuses two directories whose names are shown as the same text: their files would get the same
   * label and colliding ids.
   */
  private void requireDistinct(String relative) {
    if (relative.contains("\\x") && !directories.add(relative)) {
      String shown = Visible.of(relative.substring(relative.lastIndexOf('/') + 1));
      throw new InvalidRequestException(
          "Cannot list "
              + Visible.of(root)
              + ": two directories are shown as "
              + Visible.of(relative)
              + ", so their files would have the same names: the name of one is not UTF-8, and its"
              + " bytes are shown as \\xNN; the name of the other contains these characters (rename"
              + " one of them; in bash $'"
              + shown
              + "' is the first, and '"
              + shown
              + "' the second)");
    }
  }

  private void skip(String relative, long count, FileTree.Reason reason) {
    skipped.add(new FileTree.Skipped(relative, count, reason));
  }

  private static long filesIn(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return 1;
    }
    long count = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        count += filesIn(child);
      }
    }
    return count;
  }

  private static Object key(BasicFileAttributes attributes, Path path) throws IOException {
    return attributes.fileKey() == null ? path.toRealPath() : attributes.fileKey();
  }
}
