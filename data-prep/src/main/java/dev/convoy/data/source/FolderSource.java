package dev.convoy.data.source;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * One folder for each label, or one for each split with folders for the labels in it.
 *
 * <p>The layout has splits if every top-level folder of images has the name of a split ({@code
 * train}, {@code validation}, {@code valid}, {@code val}, {@code test}, ignoring case). Labels are
 * sorted by name.
 */
final class FolderSource implements ImageSource {
  /** Least number of images of a task: for fewer, starting a task does not pay off. */
  private static final int IMAGES_WORTH_A_TASK = 64;

  /** Largest number of images of a task, whose paths are sent to it and in memory several times. */
  private static final int MOST_OF_A_TASK = 32_768;

  /** Names of files that hold the labels in published image collections. */
  private static final Pattern TABLE =
      Pattern.compile(
          ".+\\.(csv|tsv|jsonl|parquet|xlsx?|ods)"
              + "|.*(label|annotation|metadata|instances).*\\.(txt|json|xml)",
          Pattern.CASE_INSENSITIVE);

  private final List<FolderSlice.Labelled> images;
  private final List<String> labels;
  private final SkippedFiles skipped;
  private final List<String> emptyFolders;
  private final List<String> undecodedNames;
  private final List<String> warnings;

  private static final int NAMED_LABELS = 10;

  private FolderSource(
      List<FolderSlice.Labelled> images,
      List<String> labels,
      SkippedFiles skipped,
      List<String> emptyFolders,
      List<String> undecodedNames,
      List<String> warnings) {
    this.images = images;
    this.labels = labels;
    this.skipped = skipped;
    this.emptyFolders = emptyFolders;
    this.undecodedNames = undecodedNames;
    this.warnings = warnings;
  }

  static FolderSource open(InputListing listing, List<String> givenLabels, Problems problems) {
    FileTree tree = listing.tree();
    ImageFolder folder = listing.images();
    if (folder.images().isEmpty()) {
      problems.add(InputFormats.PREPARE.missing(listing));
      return unlabelled(folder);
    }
    boolean splits =
        hasSplits(folder.images().stream().map(ImageFile::relative).toList(), problems);
    TreeSet<String> folders = new TreeSet<>();
    Optional<String> homeless = Optional.empty();
    for (ImageFile image : folder.images()) {
      String[] parts = image.relative().split("/");
      if (parts.length >= (splits ? 3 : 2)) {
        folders.add(parts[splits ? 1 : 0]);
      } else if (homeless.isEmpty()) {
        homeless = Optional.of(image.relative());
      }
    }
    requireLabels(folders, homeless, splits, problems);
    List<String> labels = labels(folders, givenLabels, problems);
    if (folders.size() == 1 && givenLabels.isEmpty()) {
      refuseTable(tree.files(), folders.first(), splits, problems);
    }
    List<FolderSlice.Labelled> images = labelled(folder, labels, splits);
    return new FolderSource(
        images,
        labels,
        folder.skippedFiles(),
        emptyFolders(tree, folder, splits),
        undecoded(tree, images),
        LinkedLabels.warning(tree.links(), folder, splits).stream().toList());
  }

  /**
   * Refuses images that have no label folder at all. If only some have none, those are rejected.
   *
   * @param homeless an image in no label folder
   */
  static void requireLabels(
      Set<String> folders, Optional<String> homeless, boolean splits, Problems problems) {
    if (folders.isEmpty() && homeless.isPresent()) {
      problems.add(
          Visible.of(homeless.get())
              + " "
              + noFolder(splits)
              + ": put the images of each label into a folder with its name");
    }
  }

  /** Says that an image lies in no label folder. */
  static String noFolder(boolean splits) {
    return "lies in no label folder (expected "
        + (splits ? "SPLIT/LABEL/IMAGE" : "LABEL/IMAGE")
        + ")";
  }

  /** Returns a source of all images below a folder, in any folders. */
  static FolderSource unlabelled(ImageFolder folder) {
    List<FolderSlice.Labelled> images =
        folder.images().stream()
            .map(
                file ->
                    new FolderSlice.Labelled(
                        file, FolderSlice.Labelled.NO_LABEL, GivenSplit.NONE, ""))
            .toList();
    return new FolderSource(
        images, List.of(), folder.skippedFiles(), List.of(), List.of(), List.of());
  }

  /** Returns the image files and folders whose own names are not UTF-8. */
  private static List<String> undecoded(FileTree tree, List<FolderSlice.Labelled> images) {
    Set<String> used = new TreeSet<>();
    for (FolderSlice.Labelled image : images) {
      String relative = image.file().relative();
      for (int end = relative.indexOf('/'); end >= 0; end = relative.indexOf('/', end + 1)) {
        used.add(relative.substring(0, end));
      }
      used.add(relative);
    }
    used.retainAll(tree.undecodedNames());
    return List.copyOf(used);
  }

  /**
   * Refuses a single folder of images with a table in it or beside it, which may hold the labels.
   */
  private static void refuseTable(
      List<Storage.Entry> files, String label, boolean splits, Problems problems) {
    for (Storage.Entry file : files) {
      String[] parts = file.relative().split("/");
      int above = parts.length - 1;
      boolean beside = above == 0 || (above == 1 && (splits || parts[0].equals(label)));
      boolean within = splits && above == 2 && parts[1].equals(label);
      if ((beside || within) && TABLE.matcher(parts[above]).matches()) {
        problems.add(
            file.relative(),
            "is a table that may hold the labels, and all images would have the label "
                + label
                + " of their only folder (sort the images into a folder for each label, as the"
                + " table says; or take the table away if one label is meant)");
        return;
      }
    }
  }

  /** Returns the folders at the level of label folders that contain no image. */
  private static List<String> emptyFolders(FileTree tree, ImageFolder folder, boolean splits) {
    int depth = splits ? 2 : 1;
    Set<String> used = new HashSet<>();
    folder.images().forEach(image -> used.add(top(image.relative(), depth)));
    TreeSet<String> empty = new TreeSet<>();
    tree.files().stream()
        .map(Storage.Entry::relative)
        .filter(file -> file.chars().filter(c -> c == '/').count() >= depth)
        .forEach(file -> empty.add(top(file, depth)));
    tree.emptyDirectories().forEach(directory -> empty.add(top(directory, depth)));
    empty.removeAll(used);
    return List.copyOf(empty);
  }

  /** Returns the first {@code depth} names of a path. */
  private static String top(String relative, int depth) {
    int end = -1;
    for (int name = 0; name < depth; name++) {
      int slash = relative.indexOf('/', end + 1);
      if (slash < 0) {
        return relative;
      }
      end = slash;
    }
    return relative.substring(0, end);
  }

  /** Returns whether the folders at the top of the paths of images are those of splits. */
  static boolean hasSplits(Collection<String> images, Problems problems) {
    Set<String> splits = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    Set<String> flat = new HashSet<>(); // top-level folders that directly contain images
    for (String image : images) {
      int slash = image.indexOf('/');
      if (slash > 0) {
        String top = image.substring(0, slash);
        if (image.indexOf('/', slash + 1) < 0) {
          flat.add(top);
        }
        (GivenSplit.named(top) == GivenSplit.NONE ? others : splits).add(top);
      }
    }
    // "train" may also be a label, unless it holds only folders and another folder holds images.
    boolean one =
        splits.size() == 1
            && flat.stream().noneMatch(splits::contains)
            && flat.stream().anyMatch(others::contains);
    if ((splits.size() > 1 || one) && !others.isEmpty()) {
      problems.add(
          (one ? "the folder " : "the folders ")
              + String.join(", ", splits)
              + (one
                  ? " has the name of a split and holds folders, and "
                  : " have the names of splits and ")
              + others.iterator().next()
              + " has not (name all folders at the top by splits, or none)");
    }
    return !splits.isEmpty() && others.isEmpty();
  }

  static List<String> labels(Set<String> found, List<String> given, Problems problems) {
    if (given.isEmpty()) {
      return List.copyOf(found);
    }
    Labels.requireDistinct(given, "labels", problems);
    for (String label : found) {
      if (!given.contains(label)) {
        problems.add(
            "labels",
            "the folder "
                + Visible.of(label)
                + " is not among the label names, which are "
                + String.join(", ", FirstOf.of(given, NAMED_LABELS).shown())
                + FirstOf.of(given, NAMED_LABELS).andMore(", "));
      }
    }
    return List.copyOf(given);
  }

  private static List<FolderSlice.Labelled> labelled(
      ImageFolder folder, List<String> labels, boolean splits) {
    Map<String, Integer> numbers = new HashMap<>();
    labels.forEach(label -> numbers.put(label, numbers.size()));
    List<FolderSlice.Labelled> images = new ArrayList<>();
    for (ImageFile image : folder.images()) {
      String[] parts = image.relative().split("/");
      if (parts.length >= (splits ? 3 : 2)) {
        int label = numbers.getOrDefault(parts[splits ? 1 : 0], 0);
        GivenSplit given = splits ? GivenSplit.named(parts[0]) : GivenSplit.NONE;
        images.add(new FolderSlice.Labelled(image, label, given, ""));
      } else {
        images.add(
            new FolderSlice.Labelled(
                image, FolderSlice.Labelled.NO_LABEL, GivenSplit.NONE, "it " + noFolder(splits)));
      }
    }
    return images;
  }

  @Override
  public SliceFormat format() {
    return InputFormats.FOLDER;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public long images() {
    return images.size();
  }

  @Override
  public SkippedFiles skipped() {
    return skipped;
  }

  @Override
  public List<String> emptyFolders() {
    return emptyFolders;
  }

  @Override
  public List<String> undecodedNames() {
    return undecodedNames;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public Set<Split> givenSplits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    images.forEach(image -> image.given().split().ifPresent(splits::add));
    return splits;
  }

  @Override
  public Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits) {
    String first = "the first image, ";
    for (FolderSlice.Labelled image : images) {
      if (!image.fault().isEmpty()) {
        continue;
      }
      try {
        byte[] encoded = image.file().read(storage, limits);
        return Optional.of(
            new NaturalShape(
                ImageFitter.naturalShape(encoded, limits), first + image.file().relative()));
      } catch (BadImageException e) {
        // The task that reads this image reports it; the next image may be good.
        first = "the first good image, ";
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean mayMixColour() {
    return true;
  }

  @Override
  public int imagesWorthATask() {
    return IMAGES_WORTH_A_TASK;
  }

  @Override
  public List<SourceSlice> slices(long size) {
    long most = Math.min(size, MOST_OF_A_TASK);
    List<SourceSlice> slices = new ArrayList<>();
    for (long from = 0; from < images.size(); from += most) {
      slices.add(slice(from, Math.min(images.size(), from + most)));
    }
    return slices;
  }

  @Override
  public List<SourceSlice> parts(int count) {
    return LongStream.range(0, count)
        .mapToObj(part -> slice(part * images.size() / count, (part + 1) * images.size() / count))
        .toList();
  }

  private SourceSlice slice(long from, long to) {
    return new FolderSlice(new ArrayList<>(images.subList((int) from, (int) to)));
  }
}
