package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * One file with the name of an image.
 *
 * @param relative path relative to the listed folder
 * @param path full path, with scheme
 * @param bytes size of the file when it was listed
 * @param modified time of its last change then, in milliseconds since 1970
 */
public record ImageFile(String relative, String path, long bytes, long modified)
    implements Serializable {
  public ImageFile {
    Checks.notBlank(relative, "relative");
    Checks.notBlank(path, "path");
    Checks.atLeast(0, bytes, "bytes");
  }

  /**
   * Returns the bytes of the file; if it exceeds the limit, only enough of them to detect that.
   *
   * @throws UncheckedIOException if the file cannot be read, which does not mean that the image is
   *     bad
   */
  public byte[] read(Storage storage, ImageLimits limits) {
    return readStart(storage, (int) limits.encodedBytes() + 1);
  }

  /**
   * Returns the first bytes of the file.
   *
   * @param most largest number of bytes
   * @throws UncheckedIOException if the file cannot be read
   */
  byte[] readStart(Storage storage, int most) {
    return storage.readStart(path, most);
  }
}
