package dev.convoy.data.source;

import dev.convoy.data.Problems;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds the labels of the images of archives, in their folders or beside them. */
final class ArchiveLabels {
  private static final int MOST_OUTER = 2;

  private ArchiveLabels() {}

  /**
   * Labels by folders.
   *
   * @param outer the folders around all images, which mean nothing; empty for none
   * @param empty folders at the level of labels that contain no image
   */
  record Folders(
      ArchiveLayout layout, List<String> labels, Optional<String> outer, List<String> empty) {}

  static Folders ofFolders(List<ArchiveContents> contents, List<String> given, Problems problems) {
    Map<String, String> firstOf = new TreeMap<>();
    contents.forEach(archive -> archive.folders.forEach(firstOf::putIfAbsent));
    int outer = outer(firstOf.keySet());
    List<String> paths = firstOf.values().stream().map(path -> below(path, outer)).toList();
    boolean splits = FolderSource.hasSplits(paths, problems);
    ArchiveLayout layout = new ArchiveLayout(ArchiveLayout.Kind.FOLDERS, outer, splits, Map.of());
    Set<String> found = new TreeSet<>();
    Optional<String> homeless = Optional.empty();
    for (String path : firstOf.values()) {
      Optional<String> folder = layout.folder(path);
      folder.ifPresent(found::add);
      homeless = homeless.isPresent() || folder.isPresent() ? homeless : Optional.of(path);
    }
    FolderSource.requireLabels(found, homeless, splits, problems);
    List<String> labels = FolderSource.labels(found, given, problems);
    int level = outer + (splits ? 1 : 0);
    Set<String> empty = new TreeSet<>();
    contents.forEach(
        archive ->
            archive.directories.stream()
                .filter(directory -> directory.split("/").length > level)
                .forEach(directory -> empty.add(upTo(directory, level + 1))));
    firstOf.values().forEach(path -> empty.remove(upTo(path, level + 1)));
    Optional<String> name =
        outer == 0
            ? Optional.empty()
            : firstOf.values().stream().findFirst().map(path -> upTo(path, outer));
    return new Folders(
        new ArchiveLayout(ArchiveLayout.Kind.FOLDERS, outer, splits, numbers(labels)),
        labels,
        name,
        List.copyOf(empty));
  }

  /** Returns the number of folders that lie around all images, with other folders in them. */
  private static int outer(Set<String> folders) {
    int outer = 0;
    while (outer < MOST_OUTER) {
      Set<String> names = new TreeSet<>();
      for (String folder : folders) {
        String[] all = folder.split("/");
        if (all.length < outer + 2) {
          return outer;
        }
        names.add(all[outer]);
      }
      if (names.size() != 1 || GivenSplit.named(names.iterator().next()) != GivenSplit.NONE) {
        return outer;
      }
      outer++;
    }
    return outer;
  }

  private static String below(String path, int outer) {
    List<String> names = List.of(path.split("/"));
    return String.join("/", names.subList(outer, names.size()));
  }

  private static String upTo(String path, int count) {
    List<String> names = List.of(path.split("/"));
    return String.join("/", names.subList(0, Math.min(count, names.size())));
  }

  private static Map<String, Integer> numbers(List<String> labels) {
    HashMap<String, Integer> numbers = new HashMap<>();
    labels.forEach(label -> numbers.put(label, numbers.size()));
    return numbers;
  }

  /**
   * Returns the names of the labels beside images: in the order of numbers if all are numbers.
   * Given names are those of the numbers, or are the labels themselves.
   */
  static List<String> ofSamples(
      List<ArchiveContents> contents, List<String> given, Problems problems) {
    if (!given.isEmpty()) {
      Labels.requireDistinct(given, "labels", problems);
      return List.copyOf(given);
    }
    Set<String> found = found(contents);
    return areNumbers(found)
        ? found.stream().sorted(Comparator.comparingInt(Integer::parseInt)).toList()
        : List.copyOf(found);
  }

  static ArchiveLayout sampleLayout(
      List<ArchiveContents> contents, List<String> labels, List<String> given) {
    Map<String, Integer> numbers = numbers(labels);
    if (!given.isEmpty() && areNumbers(found(contents))) {
      numbers.clear();
      for (int i = 0; i < labels.size(); i++) {
        numbers.put(Integer.toString(i), i);
      }
    }
    return new ArchiveLayout(ArchiveLayout.Kind.SAMPLES, 0, false, numbers);
  }

  private static Set<String> found(List<ArchiveContents> contents) {
    Set<String> found = new TreeSet<>();
    contents.forEach(archive -> found.addAll(archive.labels));
    return found;
  }

  private static boolean areNumbers(Set<String> labels) {
    return labels.stream().allMatch(Sample::isNumber);
  }
}
