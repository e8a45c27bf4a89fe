package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The raw images of one input, found and checked, not yet read. */
public interface ImageSource {
  /** The format in which they lie. */
  SliceFormat format();

  /** Label names, in the order of the label numbers; none where labels were not asked for. */
  List<String> labels();

  /** All images, good and bad. */
  long images();

  /** Files of the input that are not images of this format, by the reason why. */
  SkippedFiles skipped();

  /** Folders in the places of label folders that hold no image, by their relative paths. */
  default List<String> emptyFolders() {
    return List.of();
  }

  /** Files and folders of images whose own names are not UTF-8, by the paths that are shown. */
  default List<String> undecodedNames() {
    return List.of();
  }

  /** The splits that the source gives to some of its images. */
  Set<Split> givenSplits();

  /**
   * The shape that images have by themselves.
   *
   * @param decidedBy what has this shape, such as {@code the first image, cat/1.png}
   */
  record NaturalShape(ImageShape shape, String decidedBy) {}

  /**
   * The shape that the images have by themselves: IDX files tell theirs, a folder has that of its
   * first good image in the order of paths. Empty where no image is good.
   */
  Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits);

  /** Whether some images may be grey and others in colour, so that one does not tell of all. */
  default boolean mayMixColour() {
    return false;
  }

  /** How many images are worth a Spark task: starting one for less takes longer than they do. */
  int imagesWorthATask();

  /**
   * Cuts the source into slices.
   *
   * @param size most images of a slice, where the format can be cut; a compressed IDX file is one
   *     slice
   */
  List<SourceSlice> slices(long size);

  /** Cuts the source into about so many slices, at most one for each image, of equal sizes. */
  default List<SourceSlice> parts(int count) {
    return slices(Math.max(1, (images() + count - 1) / count));
  }

  /**
   * Cuts the source into slices for tasks, each of which yields at most about {@code sliceBytes}
   * bytes of pixels where the format can be cut.
   *
   * @param imageBytes of one prepared image
   * @param sliceBytes at least 1
   * @param parallelism tasks that can run at once; small sources are cut into about so many slices
   */
  default List<SourceSlice> slices(long imageBytes, long sliceBytes, int parallelism) {
    long perSlice = Math.max(1, sliceBytes / imageBytes);
    long even = (images() + parallelism - 1L) / parallelism;
    return slices(Math.min(perSlice, Math.max(imagesWorthATask(), even)));
  }

  /**
   * Finds out what an input holds, to be prepared. Where problems were added, the result is not to
   * be used.
   *
   * @param named the format that it has; empty to recognise it
   * @param labels names that replace those of the source, in the order of the label numbers; empty
   *     to take the names of the source
   * @param problems all faults of the input are added
   */
  static ImageSource open(
      Storage storage,
      String input,
      Optional<SliceFormat> named,
      List<String> labels,
      Problems problems) {
    Optional<String> refusal = ForeignInput.refusal(storage, input, InputUse.PREPARE);
    InputListing listing = new InputListing(storage, input);
    Optional<SliceFormat> found = Optional.empty();
    if (refusal.isEmpty() && !storage.isDirectory(input)) {
      refusal =
          Optional.of(
              storage.exists(input)
                  ? "it is a file (name the directory that holds the images)"
                  : "there is no such directory");
    } else if (refusal.isEmpty()) {
      found = InputFormats.PREPARE.recognise(listing, named.isEmpty() ? problems : new Problems());
      refusal = found.isEmpty() ? listing.foreign(InputUse.PREPARE) : refusal;
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
