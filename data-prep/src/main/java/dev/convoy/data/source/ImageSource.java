package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The raw images of one input, found and checked but not yet read. */
public interface ImageSource {
  /** Returns the format of the source. */
  SliceFormat format();

  /**
   * Returns the label names in the order of the label numbers; none if labels were not requested.
   */
  List<String> labels();

  /** Returns the number of all images, good and bad. */
  long images();

  /** Returns the files of the input that are not images of this format, grouped by reason. */
  SkippedFiles skipped();

  /** Returns the folders at the level of label folders that contain no image, by relative path. */
  default List<String> emptyFolders() {
    return List.of();
  }

  /**
   * Returns the image files and folders whose own names are not UTF-8, by the paths that are shown.
   */
  default List<String> undecodedNames() {
    return List.of();
  }

  /** Returns what is probably not intended, as sentences with remedies. */
  default List<String> warnings() {
    return List.of();
  }

  /** Returns decisions about the labels and splits that the user should know, as sentences. */
  default List<String> notes() {
    return List.of();
  }

  /** Returns the splits that the source gives to some of its images. */
  Set<Split> givenSplits();

  /**
   * The shape of the stored images.
   *
   * @param decidedBy source of this shape, such as {@code the first image, cat/1.png}
   */
  record NaturalShape(ImageShape shape, String decidedBy) {}

  /**
   * Returns the shape of the stored images: that of IDX files, or of the first good image of a
   * folder in the order of paths. Empty if no image is good.
   */
  Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits);

  /**
   * Returns whether the source may contain both grey and colour images, so that one image does not
   * represent all.
   */
  default boolean mayMixColour() {
    return false;
  }

  /**
   * Returns the least number of images of a Spark task: for fewer, starting the task takes longer
   * than reading them.
   */
  int imagesWorthATask();

  /**
   * Cuts the source into slices.
   *
   * @param size largest number of images of a slice, if the format can be cut; a compressed IDX
   *     file is one slice
   */
  List<SourceSlice> slices(long size);

  /** Cuts the source into about {@code count} slices of equal size, at most one for each image. */
  default List<SourceSlice> parts(int count) {
    return slices(Math.max(1, (images() + count - 1) / count));
  }

  /**
   * Cuts the source into slices for tasks, each of at most about {@code sliceBytes} bytes of pixels
   * if the format can be cut.
   *
   * @param imageBytes bytes of one prepared image
   * @param sliceBytes at least 1
   * @param parallelism number of concurrent tasks; small sources are cut into about so many slices
   */
  default List<SourceSlice> slices(long imageBytes, long sliceBytes, int parallelism) {
    long perSlice = Math.max(1, sliceBytes / imageBytes);
    long even = (images() + parallelism - 1L) / parallelism;
    return slices(Math.min(perSlice, Math.max(imagesWorthATask(), even)));
  }

  /**
   * Opens an input for {@code prepare}. If problems were added, the result must not be used.
   *
   * @param listing the input
   * @param named requested format; empty to recognise it
   * @param labels names that replace those of the source, in the order of the label numbers; empty
   *     to take the names of the source
   * @param problems receives all faults of the input
   */
  static ImageSource open(
      InputListing listing, Optional<SliceFormat> named, List<String> labels, Problems problems) {
    Storage storage = listing.storage();
    String input = listing.path();
    Optional<String> refusal = ForeignInput.refusal(storage, input, InputUse.PREPARE);
    Optional<SliceFormat> found = Optional.empty();
    if (refusal.isEmpty() && !listing.exists()) {
      refusal = Optional.of("there is no such file or directory");
    } else if (refusal.isEmpty()) {
      found = InputFormats.PREPARE.recognise(listing, named.isEmpty() ? problems : new Problems());
      boolean readable =
          listing.isDirectory() || found.filter(InputFormats.TAR::equals).isPresent();
      refusal = found.isEmpty() ? listing.foreign(InputUse.PREPARE) : refusal;
      if (refusal.isEmpty() && !readable) {
        refusal =
            Optional.of(
                "it is a file (name the directory that holds the images, or a tar archive)");
      }
    }
    if (refusal.isPresent()) {
      problems.add(refusal.get());
      return new IdxSource(List.of(), labels, SkippedFiles.NONE);
    }
    return (named.isPresent() ? named : found)
        .orElse(InputFormats.FOLDER)
        .open(listing, labels, problems);
  }
}
