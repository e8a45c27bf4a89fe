package dev.convoy.data.source;

import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The image files below a folder. Their names end in {@code .png}, {@code .jpg}, {@code .jpeg},
 * {@code .jpe} or {@code .jfif}, ignoring case, and may start with an underscore. Hidden files are
 * those of {@link FileTree.Hidden#BY_CONVENTION}.
 *
 * @param images image files, sorted by relative path
 * @param skippedFiles other files, grouped by the reason why they are not read
 */
public record ImageFolder(List<ImageFile> images, SkippedFiles skippedFiles) {
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".jpe", ".jfif");

  public ImageFolder {
    images = List.copyOf(images);
  }

  /** Returns the number of other files. */
  public long skipped() {
    return skippedFiles.total();
  }

  /** Returns the images among listed files. */
  public static ImageFolder of(FileTree tree) {
    List<ImageFile> images = new ArrayList<>();
    List<Storage.Entry> others = new ArrayList<>();
    for (Storage.Entry file : tree.files()) {
      if (isImage(file.relative())) {
        images.add(new ImageFile(file.relative(), file.path(), file.bytes(), file.modified()));
      } else {
        others.add(file);
      }
    }
    return new ImageFolder(images, SkippedFiles.of(others, tree.skipped()));
  }

  private static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(lower::endsWith);
  }
}
