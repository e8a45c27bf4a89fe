package dev.convoy.data.source;

import dev.convoy.data.image.StoredImage;
import java.util.Optional;

/**
 * An entry of an archive, and what becomes of it.
 *
 * @param kind kind of the item
 * @param path path in the archive, without empty names and dots; empty for damage
 * @param utf8 whether the name is UTF-8
 * @param image the image, as far as it is read; empty if it is not
 * @param text reason for {@link Kind#REFUSED}, {@link Kind#SKIPPED} and {@link Kind#DAMAGE},
 *     content for {@link Kind#LABEL}
 */
record ArchiveItem(
    ArchiveItem.Kind kind, String path, boolean utf8, Optional<StoredImage> image, String text) {
  enum Kind {
    IMAGE,
    /** An image that is rejected because of its name. */
    REFUSED,
    /** A file that may hold the label of the image beside it. */
    LABEL,
    SKIPPED,
    FOLDER,
    /** The end of an archive that is damaged. */
    DAMAGE
  }

  static ArchiveItem of(Kind kind, String path, String text) {
    return new ArchiveItem(kind, path, true, Optional.empty(), text);
  }
}
