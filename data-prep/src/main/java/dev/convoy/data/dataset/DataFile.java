package dev.convoy.data.dataset;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * One file of a dataset.
 *
 * @param path relative to the dataset's directory
 * @param rows rows in the file, at least 1
 * @param bytes length of the file
 * @param sha256 digest of the file, in lower-case hexadecimal
 */
public record DataFile(String path, long rows, long bytes, String sha256) implements Serializable {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public DataFile {
    Checks.notBlank(path, "path");
    Checks.that(
        !path.startsWith("/") && !path.contains("..") && !path.contains(":"),
        "path",
        path + " must lie in the dataset's directory");
    Checks.atLeast(1, rows, "rows");
    Checks.atLeast(1, bytes, "bytes");
    Checks.that(
        sha256 != null && SHA256.matcher(sha256).matches(),
        "sha256",
        sha256 + " (must be 64 hexadecimal digits)");
  }
}
