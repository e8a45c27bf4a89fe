package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * The labels of an IDX file: one whole number an item, or eight of which the first is the label, as
 * QMNIST has them.
 *
 * @param first value of the first label, 0 or 1
 */
record IdxLabels(IdxFile file, int first) implements Serializable {
  /** Largest value of a label. */
  private static final int MOST = 65_535;

  private static final int QMNIST_COLUMNS = 8;

  /**
   * Reads all labels.
   *
   * @param examples receives the number of examples by the values of labels
   * @throws BrokenSourceException if they are damaged, or are no labels
   */
  static IdxLabels check(Storage storage, IdxFile file, SortedMap<Integer, Long> examples) {
    boolean one = file.dimensions() == 1 || (file.dimensions() == 2 && file.sides().get(1) == 1);
    boolean qmnist =
        file.type() == IdxType.INT
            && file.dimensions() == 2
            && file.sides().get(1) == QMNIST_COLUMNS;
    if (!file.type().isWhole() || !(one || qmnist)) {
      throw file.refused(
          "its values are of the type "
              + file.type().words()
              + " in "
              + file.dimensions()
              + (file.dimensions() == 1 ? " dimension" : " dimensions")
              + ", and labels are one whole number for each image");
    }
    IdxLabels labels = new IdxLabels(file, 0);
    try (IdxStream in = file.open(storage, 0)) {
      byte[] item = new byte[file.itemBytes()];
      for (int i = 0; i < file.count(); i++) {
        in.read(item, item.length, i, file.count());
        int label = labels.value(item);
        if (label < 0 || label > MOST) {
          throw file.refused(
              "the label of image "
                  + i
                  + " is "
                  + label
                  + " (labels are numbers from 0 to "
                  + MOST
                  + ")");
        }
        examples.merge(label, 1L, Long::sum);
      }
      in.requireEnd(file.count());
    }
    return labels;
  }

  private int value(byte[] item) {
    return (int) file.type().value(ByteBuffer.wrap(item), 0);
  }

  /** Returns the label number of an item. */
  int number(byte[] item) {
    return value(item) - first;
  }

  /** Returns the same labels, counted from another value. */
  IdxLabels from(int value) {
    return new IdxLabels(file, value);
  }
}
