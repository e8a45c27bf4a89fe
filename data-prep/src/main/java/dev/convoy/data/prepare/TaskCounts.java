package dev.convoy.data.prepare;

import dev.convoy.data.FirstOf;
import dev.convoy.data.ImageShape;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.quality.SourceProfile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts of what one task, or all tasks together, read and wrote. */
final class TaskCounts implements Serializable {
  /** Number of rejected images that messages name; one more if those are all. */
  static final int NAMED = 10;

  /** Most rows or columns of an image that is told to be a strip beside its padding. */
  static final int STRIP = 3;

  private static final long serialVersionUID = 1L;

  private final long[][] counts;
  private final PixelSums trainPixels;
  private final SourceCounts sources = new SourceCounts();
  private final EnumMap<Split, List<DataFile>> files = new EnumMap<>(Split.class);
  private final List<DataFile> rejectedFiles = new ArrayList<>();
  private final List<Rejected> firstRejected = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private long rejected;
  private long leftOut;
  private long known;
  private List<String> relabelled = List.of();
  private Groups groups = Groups.NONE;
  private long fitted;
  private final List<Rejected> firstDamaged = new ArrayList<>();
  private long damaged;
  private final List<String> firstTransparent = new ArrayList<>();
  private long transparent;

  private final List<String> firstStrips = new ArrayList<>();
  private long strips;

  TaskCounts(ImageShape shape, int labels) {
    counts = new long[Split.values().length][labels];
    trainPixels = new PixelSums(shape);
    for (Split split : Split.values()) {
      files.put(split, new ArrayList<>());
    }
  }

  void example(Split split, int label, FittedImage image) {
    fitted += image.isFitted() ? 1 : 0;
    counts[split.ordinal()][label]++;
    sources.add(image);
    if (split == Split.TRAIN) {
      trainPixels.add(image.pixels());
    }
  }

  void reject(Rejected image) {
    rejected++;
    if (firstRejected.size() <= NAMED) {
      firstRejected.add(image);
    }
  }

  /** Counts an image that is left out because another has the same pixels. */
  void leaveOut() {
    leftOut++;
  }

  /** Sets the images that are left out, with those that have other labels and are kept. */
  void relabelled(List<String> images) {
    relabelled = images;
  }

  List<String> relabelled() {
    return relabelled;
  }

  /** Sets the groups that were drawn. */
  void groups(Groups drawn) {
    groups = drawn;
  }

  Groups groups() {
    return groups;
  }

  /** Counts an image that the dataset has already. */
  void known() {
    known++;
  }

  /**
   * Adds the examples and files of a dataset to which these are appended.
   *
   * @param dataset a dataset with the same labels
   */
  void add(Manifest dataset) {
    for (Split split : Split.values()) {
      List<Long> byLabel = dataset.counts().getOrDefault(split, List.of());
      for (int label = 0; label < byLabel.size(); label++) {
        counts[split.ordinal()][label] += byLabel.get(label);
      }
      files.get(split).addAll(0, dataset.files().getOrDefault(split, List.of()));
    }
    rejectedFiles.addAll(0, dataset.rejectedFiles());
  }

  /** Records an image that was decoded although its data is damaged. */
  void damaged(Rejected image) {
    damaged++;
    if (firstDamaged.size() <= NAMED) {
      firstDamaged.add(image);
    }
  }

  /** Records an example with transparent pixels. */
  void transparent(String id) {
    transparent++;
    if (firstTransparent.size() <= NAMED) {
      firstTransparent.add(id);
    }
  }

  /** Records an example that is only a strip beside its padding. */
  void strip(String id, ImageShape natural) {
    strips++;
    if (firstStrips.size() <= NAMED) {
      firstStrips.add(Visible.of(id) + " (" + natural.height() + "×" + natural.width() + ")");
    }
  }

  void file(Split split, DataFile file) {
    files.get(split).add(file);
  }

  void rejectedFile(DataFile file) {
    rejectedFiles.add(file);
  }

  /** Records that the source is broken, so repeating the task would not help. */
  void fault(String message) {
    faults.add(message);
  }

  void add(TaskCounts other) {
    for (int split = 0; split < counts.length; split++) {
      for (int label = 0; label < counts[split].length; label++) {
        counts[split][label] += other.counts[split][label];
      }
    }
    trainPixels.add(other.trainPixels);
    sources.add(other.sources);
    other.files.forEach((split, list) -> files.get(split).addAll(list));
    rejectedFiles.addAll(other.rejectedFiles);
    other.firstRejected.stream()
        .limit(NAMED + 1L - firstRejected.size())
        .forEach(firstRejected::add);
    other.firstDamaged.stream().limit(NAMED + 1L - firstDamaged.size()).forEach(firstDamaged::add);
    damaged += other.damaged;
    other.firstTransparent.stream()
        .limit(NAMED + 1L - firstTransparent.size())
        .forEach(firstTransparent::add);
    transparent += other.transparent;
    other.firstStrips.stream().limit(NAMED + 1L - firstStrips.size()).forEach(firstStrips::add);
    strips += other.strips;
    faults.addAll(other.faults);
    rejected += other.rejected;
    leftOut += other.leftOut;
    known += other.known;
    fitted += other.fitted;
  }

  /** Returns the examples of a split by label. */
  List<Long> counts(Split split) {
    return Arrays.stream(counts[split.ordinal()]).boxed().toList();
  }

  long examples(Split split) {
    return Arrays.stream(counts[split.ordinal()]).sum();
  }

  long examples() {
    return Arrays.stream(Split.values()).mapToLong(this::examples).sum();
  }

  PixelSums trainPixels() {
    return trainPixels;
  }

  /** Returns the files of every split that has any. */
  Map<Split, List<DataFile>> files() {
    Map<Split, List<DataFile>> present = new EnumMap<>(files);
    present.values().removeIf(List::isEmpty);
    return present;
  }

  List<DataFile> rejectedFiles() {
    return rejectedFiles;
  }

  /** What the examples were before they were fitted. */
  SourceProfile sources() {
    return sources.profile(transparent, damaged, fitted);
  }

  /** Examples whose image had another size than the dataset. */
  long fitted() {
    return fitted;
  }

  /** Images that were decoded although their data is damaged, kept or not. */
  long damaged() {
    return damaged;
  }

  /** The first damaged images, each with the complaint of the decoder. */
  List<Rejected> firstDamaged() {
    return firstDamaged;
  }

  /** Examples with transparent pixels, which were drawn on the background. */
  FirstOf<String> transparent() {
    return FirstOf.of(firstTransparent, transparent, NAMED);
  }

  /** Examples of which only a few rows or columns show the image, with the size that it had. */
  FirstOf<String> strips() {
    return FirstOf.of(firstStrips, strips, NAMED);
  }

  /** Images that cannot be read, or whose damage is not accepted. */
  long rejected() {
    return rejected;
  }

  /** Images that the dataset has already. */
  long knownImages() {
    return known;
  }

  /** Images that are left out because others have the same pixels. */
  long leftOut() {
    return leftOut;
  }

  List<Rejected> firstRejected() {
    return firstRejected;
  }

  List<String> faults() {
    return faults;
  }
}
