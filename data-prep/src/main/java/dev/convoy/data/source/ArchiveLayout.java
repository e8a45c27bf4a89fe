package dev.convoy.data.source;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the images of archives are labelled.
 *
 * @param kind meaning of folders and of the files beside images
 * @param outer number of folders around all images, which mean nothing
 * @param splits whether the next folder is that of a split
 * @param numbers label numbers by the names of folders, or by the labels of samples
 */
record ArchiveLayout(
    ArchiveLayout.Kind kind, int outer, boolean splits, Map<String, Integer> numbers)
    implements Serializable {
  /** Where labels are. */
  enum Kind {
    /** Labels are not needed. */
    NONE,
    /** A folder for each label. */
    FOLDERS,
    /** A file beside each image. */
    SAMPLES
  }

  static final ArchiveLayout UNLABELLED = new ArchiveLayout(Kind.NONE, 0, false, Map.of());

  /** Returns the name of the label's folder of an image; empty if it lies in none. */
  Optional<String> folder(String path) {
    List<String> names = List.of(path.split("/"));
    int at = outer + (splits ? 1 : 0);
    return names.size() > at + 1 ? Optional.of(names.get(at)) : Optional.empty();
  }

  /** Returns the split of an image by its folder. */
  GivenSplit split(String path) {
    return splits ? GivenSplit.named(path.split("/")[outer]) : GivenSplit.NONE;
  }

  /** Returns the split of an archive by a word of its path, such as {@code train-0001.tar}. */
  static GivenSplit splitOf(ArchiveFile archive) {
    return Arrays.stream(archive.relative().split("[^A-Za-z]+"))
        .map(GivenSplit::named)
        .filter(split -> split != GivenSplit.NONE)
        .findFirst()
        .orElse(GivenSplit.NONE);
  }
}
