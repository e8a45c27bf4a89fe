package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * One file with the name of an image.
 *
 * @param relative path relative to the folder that was listed
 * @param path whole path, with scheme
 * @param bytes length of the file when it was listed
 */
public record ImageFile(String relative, String path, long bytes) implements Serializable {
  public ImageFile {
    Checks.notBlank(relative, "relative");
    Checks.notBlank(path, "path");
    Checks.atLeast(0, bytes, "bytes");
  }

  /**
   * The bytes of the file; of a file beyond the limit only enough to be refused by it.
   *
   * @throws UncheckedIOException if the file cannot be read; that says nothing about the image
   */
  public byte[] read(Storage storage, ImageLimits limits) {
    try (InputStream in = storage.open(path)) {
      return in.readNBytes((int) limits.encodedBytes() + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
