package dev.convoy.data.io;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * All that lies below a directory: files, and what is no file of use, with the reason. Links are
 * followed. On file systems other than the local one directories without files are not told.
 *
 * @param files sorted by relative path
 * @param skipped what was left out, sorted by relative path
 * @param emptyDirectories directories in which nothing lies, by their relative paths, sorted
 * @param undecodedNames relative paths of files and directories whose own names are not UTF-8, and
 *     are shown by their bytes
 */
public record FileTree(
    List<Storage.Entry> files,
    List<Skipped> skipped,
    List<String> emptyDirectories,
    Set<String> undecodedNames) {
  /** Names that operating systems, Hadoop and Spark give to files that are nobody's data. */
  private static final Set<String> CONVENTIONAL =
      Set.of(
          "__MACOSX",
          "@eaDir",
          "_SUCCESS",
          "_temporary",
          "_metadata",
          "_common_metadata",
          "_spark_metadata",
          "_delta_log");

  public FileTree {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
    emptyDirectories = List.copyOf(emptyDirectories);
    undecodedNames = Set.copyOf(undecodedNames);
  }

  /** The files whose names, and those of the directories they lie in, are not hidden. */
  public List<Storage.Entry> files(Hidden hidden) {
    return files.stream()
        .filter(file -> Arrays.stream(file.relative().split("/")).noneMatch(hidden::covers))
        .toList();
  }

  /** Why something was left out. */
  public enum Reason {
    HIDDEN("hidden"),
    LOOP("a link back to a directory that it lies in"),
    BROKEN_LINK("a link to nothing"),
    SPECIAL("neither a file nor a directory"),
    AMBIGUOUS(
        "its name is not UTF-8, and another file has the name that its bytes are shown as: rename it");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** The reason in words, as a predicate of the file. */
    public String words() {
      return words;
    }
  }

  /**
   * A file, link or directory that was left out.
   *
   * @param relative path relative to the directory that was listed
   * @param files how many are left out with it: 1 unless it is a hidden directory
   */
  public record Skipped(String relative, long files, Reason reason) {}

  /** Which names are hidden. */
  public enum Hidden {
    /** Those that start with a dot or an underscore, as everywhere in Hadoop. */
    AS_IN_HADOOP {
      @Override
      boolean covers(String name) {
        return name.startsWith(".") || name.startsWith("_");
      }
    },
    /**
     * Those that start with a dot, and markers of operating systems, Hadoop and Spark: in
     * collections of images a name may well start with an underscore.
     */
    BY_CONVENTION {
      @Override
      boolean covers(String name) {
        return name.startsWith(".")
            || name.startsWith("_started_")
            || name.startsWith("_committed_")
            || name.endsWith("._COPYING_")
            || CONVENTIONAL.contains(name);
      }
    };

    abstract boolean covers(String name);
  }
}
