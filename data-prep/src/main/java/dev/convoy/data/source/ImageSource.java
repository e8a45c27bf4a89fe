package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The raw images of one input, found and checked, not yet read. */
public interface ImageSource {
  /** Never {@link InputFormat#AUTO}. */
  InputFormat format();

  /** Label names, in the order of the label numbers. */
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

  /**
   * Cuts the source into slices for tasks, each of which yields at most about {@code sliceBytes}
   * bytes of pixels where the format can be cut; a compressed IDX file is one slice.
   *
   * @param imageBytes of one prepared image
   * @param sliceBytes at least 1
   * @param parallelism tasks that can run at once; small sources are cut into about so many slices
   */
  List<SourceSlice> slices(long imageBytes, long sliceBytes, int parallelism);

  /**
   * Finds out what an input holds. Where problems were added, the result is not to be used.
   *
   * @param labels names that replace those of the source, in the order of the label numbers; empty
   *     to take the names of the source
   * @param problems all faults of the input are added
   */
  static ImageSource open(
      Storage storage, String input, InputFormat format, List<String> labels, Problems problems) {
    Optional<String> refusal = ForeignInput.refusal(storage, input, ForeignFormat.Use.PREPARE);
    if (refusal.isPresent()) {
      problems.add(refusal.get());
      return new IdxSource(List.of(), labels, SkippedFiles.NONE);
    }
    if (!storage.isDirectory(input)) {
      problems.add(
          storage.exists(input)
              ? "it is a file (name the directory that holds the images)"
              : "there is no such directory");
      return new IdxSource(List.of(), labels, SkippedFiles.NONE);
    }
    FileTree tree = storage.tree(input, FileTree.Hidden.BY_CONVENTION);
    List<Storage.Entry> files = tree.files();
    boolean holdsIdx = IdxFiles.isIdx(files);
    Optional<String> others =
        holdsIdx || !ImageFolder.of(tree).images().isEmpty()
            ? Optional.empty()
            : ForeignInput.describe(storage, input, files, ForeignFormat.Use.PREPARE);
    if (others.isPresent()) {
      problems.add(others.get());
      return new IdxSource(List.of(), labels, SkippedFiles.NONE);
    }
    boolean idx = format == InputFormat.IDX || (format == InputFormat.AUTO && holdsIdx);
    return idx
        ? IdxFiles.open(storage, tree, labels, problems)
        : FolderSource.open(tree, labels, problems);
  }
}
