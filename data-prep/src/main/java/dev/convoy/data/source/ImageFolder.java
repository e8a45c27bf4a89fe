package dev.convoy.data.source;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The image files below a folder, sorted by relative path: those whose name ends in {@code .png},
 * {@code .jpg} or {@code .jpeg}, in any case.
 *
 * @param images sorted by relative path
 * @param skipped other files
 */
public record ImageFolder(List<ImageFile> images, long skipped) {
  public ImageFolder {
    images = List.copyOf(images);
  }

  /**
   * Lists a folder, or one image file.
   *
   * @throws InvalidRequestException if there is no such path
   */
  public static ImageFolder list(Storage storage, String input) {
    if (storage.isDirectory(input)) {
      return of(storage.filesBelow(input));
    }
    if (!storage.exists(input)) {
      throw new InvalidRequestException("Cannot read " + input + ": there is no such directory");
    }
    String path = storage.qualified(input);
    String name = path.substring(path.lastIndexOf('/') + 1);
    return of(List.of(new Storage.Entry(path, name, storage.size(input))));
  }

  /** The images among files that were listed. */
  public static ImageFolder of(List<Storage.Entry> files) {
    List<ImageFile> images = new ArrayList<>();
    for (Storage.Entry file : files) {
      if (isImage(file.relative())) {
        images.add(new ImageFile(file.relative(), file.path(), file.bytes()));
      }
    }
    return new ImageFolder(images, files.size() - images.size());
  }

  private static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".png") || lower.endsWith(".jpg") || lower.endsWith(".jpeg");
  }
}
