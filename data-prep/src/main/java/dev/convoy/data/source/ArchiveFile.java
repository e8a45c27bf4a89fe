package dev.convoy.data.source;

import dev.convoy.data.Checks;
import java.io.Serializable;

/**
 * A tar archive of an input.
 *
 * @param relative path relative to the input, with which the ids of its images begin
 * @param path full path, with scheme
 * @param bytes size of the file when it was listed
 */
public record ArchiveFile(String relative, String path, long bytes) implements Serializable {
  public ArchiveFile {
    Checks.notBlank(relative, "relative");
    Checks.notBlank(path, "path");
    Checks.atLeast(0, bytes, "bytes");
  }

  /** Returns the id of an entry. No other archive has it: no file lies below another. */
  String id(String entry) {
    return relative + "/" + entry;
  }
}
