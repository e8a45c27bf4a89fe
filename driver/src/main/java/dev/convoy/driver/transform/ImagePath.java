package dev.convoy.driver.transform;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import org.apache.hadoop.security.AccessControlException;

/** Reads the files that a column of paths names. */
final class ImagePath {
  /**
   * Hadoop would open these too. A table could then make executors send requests to any host, and
   * one that does not answer would end the job.
   */
  private static final Pattern WEB = Pattern.compile("(https?|ftp):", Pattern.CASE_INSENSITIVE);

  private ImagePath() {}

  /**
   * Reads a file; if it exceeds the limit, only enough bytes to detect that.
   *
   * @throws BadImageException if there is no such file, or this user may not read it
   * @throws UncheckedIOException if reading fails for another reason, so that Spark tries again
   */
  static StoredImage read(String path, Storage storage, ImageLimits limits)
      throws BadImageException {
    if (path.isBlank()) {
      throw new BadImageException("there is no image: the path is blank");
    }
    if (WEB.matcher(path).lookingAt()) {
      throw new BadImageException(
          "addresses of the web are not read: copy the image to a file system, and name it there");
    }
    try (InputStream in = storage.open(path)) {
      return StoredImage.file(in.readNBytes((int) limits.encodedBytes() + 1));
    } catch (InvalidRequestException e) {
      throw new BadImageException(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw bad(path, e.getCause(), e);
    } catch (IOException e) {
      throw bad(path, e, new UncheckedIOException(e.getMessage(), e));
    }
  }

  /**
   * Returns the reason why a file cannot be read, or throws {@code other} if trying again helps.
   */
  private static BadImageException bad(String path, IOException e, UncheckedIOException other) {
    if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
      return new BadImageException("there is no file " + Visible.of(path), e);
    }
    if (e instanceof AccessDeniedException || e instanceof AccessControlException) {
      return new BadImageException("this user may not read " + Visible.of(path), e);
    }
    throw other;
  }
}
