package dev.convoy.data.archive;

/**
 * One entry of an archive.
 *
 * @param name name as the archive gives it; bytes of a name that is not UTF-8 are escaped
 * @param utf8 whether the name is UTF-8
 * @param kind kind of the entry
 * @param bytes number of bytes of its content
 */
public record TarEntry(String name, boolean utf8, TarEntry.Kind kind, long bytes) {
  /** Kinds of entries. */
  public enum Kind {
    FILE(""),
    DIRECTORY(""),
    LINK("a link in an archive, which is not followed"),
    SPARSE("a sparse file in an archive, which is not read"),
    SPECIAL("neither a file nor a directory");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Returns the reason why such an entry is not read; empty for files and directories. */
    public String words() {
      return words;
    }
  }
}
