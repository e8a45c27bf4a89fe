package dev.convoy.data.source;

import dev.convoy.data.Problems;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * IDX files. Finds those at the top of a directory, pairs images with labels, and names the labels.
 * If a directory contains IDX files of images, none of its other images are read.
 */
final class IdxFormat implements SliceFormat {
  private static final Pattern IMAGES = Pattern.compile("(.+)-images[-.]idx3-ubyte(\\.gz)?");
  private static final Pattern LABELS = Pattern.compile("(.+)-labels[-.]idx1-ubyte(\\.gz)?");
  private static final String LABEL_NAMES = "labels.txt";

  @Override
  public String key() {
    return "idx";
  }

  @Override
  public Recognition recognise(InputListing listing) {
    boolean found =
        listing.tree().files().stream()
            .anyMatch(file -> isAtTop(file) && IMAGES.matcher(file.relative()).matches());
    return found ? Recognition.WHOLE : Recognition.NONE;
  }

  @Override
  public String expectedFiles(InputUse use) {
    return "IDX files (such as train-images-idx3-ubyte.gz)";
  }

  @Override
  public ImageSource open(InputListing listing, List<String> givenLabels, Problems problems) {
    Storage storage = listing.storage();
    FileTree tree = listing.tree();
    List<Storage.Entry> files = tree.files();
    Map<String, Storage.Entry> images = byStem(files, IMAGES, problems);
    Map<String, Storage.Entry> labels = byStem(files, LABELS, problems);
    if (images.isEmpty()) {
      problems.add(
          files.stream()
              .filter(file -> IMAGES.matcher(file.relative()).matches())
              .findFirst()
              .map(
                  below ->
                      "its IDX files lie in a subdirectory, such as "
                          + below.relative()
                          + " (name the directory that holds them)")
              .orElse("it holds no IDX file of images (such as train-images-idx3-ubyte.gz)"));
    }
    for (Map.Entry<String, Storage.Entry> file : labels.entrySet()) {
      if (!images.containsKey(file.getKey())) {
        problems.add(file.getValue().relative(), "there is no file of images for these labels");
      }
    }
    requireOneSet(images.keySet(), problems);
    List<IdxPair> pairs = new ArrayList<>();
    long[] examplesByLabel = new long[256];
    images.forEach(
        (stem, file) -> {
          Storage.Entry labelFile = labels.get(stem);
          if (labelFile == null) {
            problems.add(file.relative(), "there is no file of labels for these images");
            return;
          }
          try {
            pairs.add(IdxPair.check(storage, stem, file, labelFile, examplesByLabel));
          } catch (BrokenSourceException e) {
            problems.add(e.getMessage());
          }
        });
    boolean named = files.stream().anyMatch(file -> file.relative().equals(LABEL_NAMES));
    List<String> names = givenLabels;
    if (givenLabels.isEmpty() && named) {
      names = read(storage, files);
    }
    List<Storage.Entry> others = new ArrayList<>(files);
    others.removeAll(images.values());
    others.removeAll(labels.values());
    others.removeIf(file -> file.relative().equals(LABEL_NAMES));
    List<String> checked = names(names, examplesByLabel, problems);
    return new IdxSource(pairs, checked, SkippedFiles.of(others, tree.skipped()));
  }

  /**
   * Refuses files of several sets, such as {@code emnist-letters-train} and {@code
   * emnist-digits-train}, whose label numbers have different meanings.
   */
  private static void requireOneSet(Set<String> stems, Problems problems) {
    Map<GivenSplit, Integer> bySplit = new EnumMap<>(GivenSplit.class);
    Set<String> sets = new TreeSet<>();
    boolean unnamed = false;
    for (String stem : stems) {
      int dash = stem.lastIndexOf('-');
      GivenSplit split = GivenSplit.named(stem.substring(dash + 1));
      if (split == GivenSplit.NONE) {
        continue;
      }
      bySplit.merge(split, 1, Integer::sum);
      unnamed |= dash < 0;
      if (dash >= 0) {
        sets.add(stem.substring(0, dash));
      }
    }
    boolean twice = bySplit.values().stream().anyMatch(count -> count > 1);
    if (sets.size() > 1 || twice) {
      problems.add(
          "it holds the IDX files of several sets ("
              + String.join(", ", sets)
              + (unnamed ? " and one without a name" : "")
              + "), whose labels would be mixed (move the files of each set into a directory of"
              + " its own)");
    }
  }

  private static boolean isAtTop(Storage.Entry file) {
    return file.relative().indexOf('/') < 0;
  }

  private static Map<String, Storage.Entry> byStem(
      List<Storage.Entry> files, Pattern pattern, Problems problems) {
    Map<String, Storage.Entry> byStem = new TreeMap<>();
    for (Storage.Entry file : files) {
      Matcher name = pattern.matcher(file.relative());
      if (!isAtTop(file) || !name.matches()) {
        continue;
      }
      Storage.Entry other = byStem.putIfAbsent(name.group(1), file);
      if (other != null) {
        problems.add(
            file.relative(), "holds the same as " + other.relative() + " (remove one of them)");
      }
    }
    return byStem;
  }

  private static List<String> read(Storage storage, List<Storage.Entry> files) {
    String path =
        files.stream()
            .filter(file -> file.relative().equals(LABEL_NAMES))
            .findFirst()
            .orElseThrow()
            .path();
    return storage.readText(path).strip().lines().map(String::strip).toList();
  }

  private static List<String> names(List<String> given, long[] examples, Problems problems) {
    int labels = 0;
    for (int label = 0; label < examples.length; label++) {
      labels = examples[label] > 0 ? label + 1 : labels;
    }
    if (!given.isEmpty()) {
      Labels.requireDistinct(given, "labels", problems);
      if (given.size() < labels) {
        problems.add(
            "labels",
            "there "
                + (given.size() == 1 ? "is 1 label name" : "are " + given.size() + " label names")
                + ", and the label number "
                + (labels - 1)
                + " needs at least "
                + labels);
      }
      return List.copyOf(given);
    }
    for (int label = 0; label < labels; label++) {
      if (examples[label] == 0) {
        problems.add(
            "labels",
            "no image has the label number "
                + label
                + ", and some have "
                + (labels - 1)
                + " (name all labels in a file labels.txt, one a line, beside the IDX files)");
        break;
      }
    }
    return IntStream.range(0, labels).mapToObj(Integer::toString).toList();
  }
}
