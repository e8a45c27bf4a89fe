package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A folder for each label, or for each split and in it for each label.
 *
 * <p>The layout has splits where every folder at the top has the name of a split ({@code train},
 * {@code validation}, {@code valid}, {@code val}, {@code test}, in any case). Labels are sorted by
 * name.
 */
final class FolderSource implements ImageSource {
  /** A task decodes at least so many images: starting a task for less is not worth it. */
  private static final int IMAGES_WORTH_A_TASK = 64;

  private final List<FolderSlice.Labelled> images;
  private final List<String> labels;
  private final long skipped;

  private FolderSource(List<FolderSlice.Labelled> images, List<String> labels, long skipped) {
    this.images = images;
    this.labels = labels;
    this.skipped = skipped;
  }

  static FolderSource open(List<Storage.Entry> files, List<String> givenLabels, Problems problems) {
    ImageFolder folder = ImageFolder.of(files);
    if (folder.images().isEmpty()) {
      problems.add(
          "it holds no images: neither IDX files (such as train-images-idx3-ubyte.gz) nor .png,"
              + " .jpg or .jpeg files in a folder for each label"
              + (folder.skipped() == 0 ? "" : "; files found: " + folder.skipped()));
      return new FolderSource(List.of(), List.of(), folder.skipped());
    }
    boolean splits = hasSplits(folder, problems);
    TreeMap<String, List<ImageFile>> byLabel = new TreeMap<>();
    List<String> homeless = new ArrayList<>();
    for (ImageFile image : folder.images()) {
      String[] parts = image.relative().split("/");
      if (parts.length < (splits ? 3 : 2)) {
        homeless.add(image.relative());
      } else {
        byLabel.computeIfAbsent(parts[splits ? 1 : 0], label -> new ArrayList<>()).add(image);
      }
    }
    if (!homeless.isEmpty()) {
      problems.add(
          homeless.get(0)
              + (homeless.size() == 1
                  ? " lies in no label folder"
                  : " and " + (homeless.size() - 1) + " more images lie in no label folder")
              + (splits ? " (expected SPLIT/LABEL/IMAGE)" : " (expected LABEL/IMAGE)"));
    }
    List<String> labels = labels(byLabel.keySet(), givenLabels, problems);
    return new FolderSource(labelled(folder, labels, splits), labels, folder.skipped());
  }

  private static boolean hasSplits(ImageFolder folder, Problems problems) {
    Set<String> splits = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (ImageFile image : folder.images()) {
      int slash = image.relative().indexOf('/');
      if (slash > 0) {
        String top = image.relative().substring(0, slash);
        (GivenSplit.named(top) == GivenSplit.NONE ? others : splits).add(top);
      }
    }
    if (splits.size() > 1 && !others.isEmpty()) {
      problems.add(
          "the folders "
              + String.join(", ", splits)
              + " have the names of splits and "
              + others.iterator().next()
              + " has not (name all folders at the top by splits, or none)");
    }
    return !splits.isEmpty() && others.isEmpty();
  }

  private static List<String> labels(Set<String> found, List<String> given, Problems problems) {
    if (given.isEmpty()) {
      return List.copyOf(found);
    }
    Labels.requireDistinct(given, "labels", problems);
    for (String label : found) {
      if (!given.contains(label)) {
        problems.add("labels", "the folder " + label + " is not among the given label names");
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
        images.add(new FolderSlice.Labelled(image, label, given));
      }
    }
    return images;
  }

  @Override
  public InputFormat format() {
    return InputFormat.FOLDER;
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
  public long skipped() {
    return skipped;
  }

  @Override
  public Set<Split> givenSplits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    images.forEach(image -> image.given().split().ifPresent(splits::add));
    return splits;
  }

  @Override
  public Optional<ImageShape> naturalShape(Storage storage, ImageLimits limits) {
    for (FolderSlice.Labelled image : images) {
      try {
        byte[] encoded = image.file().read(storage, limits);
        return Optional.of(ImageFitter.naturalShape(encoded, limits));
      } catch (BadImageException e) {
        // The task that meets it again reports it; the next image may be good.
        continue;
      }
    }
    return Optional.empty();
  }

  @Override
  public List<SourceSlice> slices(long imageBytes, long sliceBytes, int parallelism) {
    long perSlice = Math.max(1, sliceBytes / imageBytes);
    long even = (images.size() + parallelism - 1L) / parallelism;
    int size = (int) Math.min(perSlice, Math.max(IMAGES_WORTH_A_TASK, even));
    List<SourceSlice> slices = new ArrayList<>();
    for (int from = 0; from < images.size(); from += size) {
      int to = Math.min(images.size(), from + size);
      slices.add(new FolderSlice(new ArrayList<>(images.subList(from, to))));
    }
    return slices;
  }
}
