package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.SortedMap;

/**
 * A checked file of images with its file of labels.
 *
 * @param stem common beginning of both names, such as {@code train}
 * @param given split of all images of the pair
 */
record IdxPair(String stem, IdxImages images, IdxLabels labels, GivenSplit given)
    implements Serializable {
  /**
   * Reads the headers and all labels.
   *
   * @param examples receives the number of examples by the values of labels
   * @throws BrokenSourceException if a file is damaged
   */
  static IdxPair check(
      Storage storage,
      String stem,
      Storage.Entry images,
      Storage.Entry labels,
      SortedMap<Integer, Long> examples) {
    IdxImages checked = IdxImages.of(IdxFile.read(storage, images, "images"));
    checked.file().requireLength(images.bytes());
    IdxFile labelFile = IdxFile.read(storage, labels, "labels");
    int count = checked.file().count();
    if (labelFile.count() != count) {
      throw labelFile.refused(
          "it holds "
              + labelFile.count()
              + " labels, and "
              + images.relative()
              + " holds "
              + count
              + " images");
    }
    if (labelFile.dimensions() <= 2) {
      labelFile.requireLength(labels.bytes());
    }
    return new IdxPair(
        stem,
        checked,
        IdxLabels.check(storage, labelFile, examples),
        GivenSplit.named(stem.substring(stem.lastIndexOf('-') + 1)));
  }

  /** Returns the pair with labels that are counted from another value. */
  IdxPair from(int first) {
    return new IdxPair(stem, images, labels.from(first), given);
  }

  int count() {
    return images.file().count();
  }

  String name() {
    return images.file().name();
  }
}
