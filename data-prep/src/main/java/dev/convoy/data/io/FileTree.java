package dev.convoy.data.io;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Contents of a directory tree: files, and entries that were left out, with the reason. Links are
 * followed. Only the local file system lists directories without files.
 *
 * @param files sorted by relative path
 * @param skipped entries that were left out, sorted by relative path
 * @param emptyDirectories relative paths of directories without entries, sorted
 * @param undecodedNames relative paths of files and directories whose own names are not UTF-8, with
 *     escaped bytes
 * @param links links within the tree: the relative path of each, and that of what it leads to
 */
public record FileTree(
    List<Storage.Entry> files,
    List<Skipped> skipped,
    List<String> emptyDirectories,
    Set<String> undecodedNames,
    Map<String, String> links) {
  /** Names of files that operating systems, Hadoop and Spark create beside the data. */
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
    links = Collections.unmodifiableMap(new TreeMap<>(links));
  }

  /** Returns the files of which neither the name nor the directory is hidden. */
  public List<Storage.Entry> files(Hidden hidden) {
    return files.stream().filter(file -> !hidden.coversPath(file.relative())).toList();
  }

  /** Returns the files that are hidden by their own name or by that of a directory. */
  public List<Storage.Entry> hiddenFiles(Hidden hidden) {
    return files.stream().filter(file -> hidden.coversPath(file.relative())).toList();
  }

  /** Reasons for leaving out an entry. */
  public enum Reason {
    HIDDEN("hidden"),
    HIDDEN_IN_TABLE(
        "hidden from Spark, because a name in the path begins with _ or .: rename it to read the"
            + " file"),
    LOOP("a link to a directory that contains it"),
    BROKEN_LINK("a link to a missing file"),
    SPECIAL("neither a file nor a directory"),
    AMBIGUOUS(
        "its name is not UTF-8, and another file has the name as which it would be shown: rename it");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** The reason in words, to follow the file's name and "is". */
    public String words() {
      return words;
    }
  }

  /**
   * A file, link or directory that was left out.
   *
   * @param relative path relative to the directory that was listed
   * @param files number of files that are left out with it: 1 unless it is a hidden directory
   */
  public record Skipped(String relative, long files, Reason reason) {}

  /** Rules for hidden names. */
  public enum Hidden {
    /** Names that start with a dot or an underscore, as in all of Hadoop. */
    AS_IN_HADOOP {
      @Override
      boolean covers(String name) {
        return name.startsWith(".") || name.startsWith("_");
      }
    },
    /**
     * Names that Spark leaves out when it reads a table: those of {@link #AS_IN_HADOOP}, except
     * partitions such as {@code _day=1}, and files that are being copied.
     */
    IN_TABLES {
      @Override
      boolean covers(String name) {
        return name.startsWith(".")
            || (name.startsWith("_") && name.indexOf('=') < 0)
            || name.endsWith("._COPYING_");
      }
    },
    /**
     * Names that start with a dot, and markers of operating systems, Hadoop and Spark. In
     * collections of images a name may start with an underscore.
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

    /** Returns whether a path is hidden by its own name or by that of a directory. */
    public boolean coversPath(String relative) {
      return Arrays.stream(relative.split("/")).anyMatch(this::covers);
    }
  }
}
