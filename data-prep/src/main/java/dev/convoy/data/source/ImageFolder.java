package dev.convoy.data.source;

import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The image files below a folder, sorted by relative path: those whose name ends in {@code .png},
 * {@code .jpg} or {@code .jpeg}, in any case. Names may start with an underscore; hidden are those
 * that {@link FileTree.Hidden#BY_CONVENTION} tells.
 *
 * @param images sorted by relative path
 * @param skippedFiles other files, by the reason why they are not read
 */
public record ImageFolder(List<ImageFile> images, SkippedFiles skippedFiles) {
  public ImageFolder {
    images = List.copyOf(images);
  }

  /** How many other files there are. */
  public long skipped() {
    return skippedFiles.total();
  }

  /** The images among files that were listed. */
  public static ImageFolder of(FileTree tree) {
    List<ImageFile> images = new ArrayList<>();
    List<Storage.Entry> others = new ArrayList<>();
    for (Storage.Entry file : tree.files()) {
      if (isImage(file.relative())) {
        images.add(new ImageFile(file.relative(), file.path(), file.bytes()));
      } else {
        others.add(file);
      }
    }
    return new ImageFolder(images, SkippedFiles.of(others, tree.skipped()));
  }

  private static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".png") || lower.endsWith(".jpg") || lower.endsWith(".jpeg");
  }
}
