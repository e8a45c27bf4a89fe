package dev.convoy.data.source;

import dev.convoy.data.Problems;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * IDX files. Finds those at the top of a directory, pairs images with labels, and names the labels.
 * If a directory contains IDX files of images, none of its other images are read.
 */
final class IdxFormat implements SliceFormat {
  private static final Pattern IMAGES = pattern("images");
  private static final Pattern LABELS = pattern("labels");
  private static final Pattern LABEL_NAMES = Pattern.compile("labels\\.txt");

  /** The names of labels as EMNIST is published with them. */
  private static final Pattern MAPPING = Pattern.compile("[^/]+-mapping\\.txt");

  private static Pattern pattern(String what) {
    return Pattern.compile(
        "(.+)-" + what + "[-.]idx\\d-(?:ubyte|byte|short|int|float|double)(\\.gz)?");
  }

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
    SortedMap<Integer, Long> examples = new TreeMap<>();
    images.forEach(
        (stem, file) -> {
          Storage.Entry labelFile = labels.get(stem);
          if (labelFile == null) {
            problems.add(file.relative(), "there is no file of labels for these images");
            return;
          }
          try {
            pairs.add(IdxPair.check(storage, stem, file, labelFile, examples));
          } catch (BrokenSourceException e) {
            problems.add(e.getMessage());
          }
        });
    Optional<Storage.Entry> nameFile =
        atTop(files, LABEL_NAMES)
            .or(() -> atTop(files, MAPPING))
            .filter(f -> givenLabels.isEmpty());
    List<String> names = nameFile.map(file -> read(storage, file)).orElse(givenLabels);
    List<Storage.Entry> others = new ArrayList<>(files);
    others.removeAll(images.values());
    others.removeAll(labels.values());
    nameFile.ifPresent(others::remove);
    int first = first(names, examples);
    List<String> checked = names(names, first, examples, problems);
    return new IdxSource(
        pairs.stream().map(pair -> pair.from(first)).toList(),
        checked,
        SkippedFiles.of(others, tree.skipped()));
  }

  /**
   * Returns the value of the first label: 1 if no image has the label 0 and there is no name for
   * it, as in the letters of EMNIST, else 0.
   */
  private static int first(List<String> names, SortedMap<Integer, Long> examples) {
    boolean fromOne = !examples.isEmpty() && examples.firstKey() == 1;
    return fromOne && (names.isEmpty() || names.size() == examples.lastKey()) ? 1 : 0;
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

  private static Optional<Storage.Entry> atTop(List<Storage.Entry> files, Pattern name) {
    return files.stream().filter(file -> name.matcher(file.relative()).matches()).findFirst();
  }

  /** Reads the names of labels, one a line, or the code points that EMNIST gives for each label. */
  private static List<String> read(Storage storage, Storage.Entry file) {
    List<String> lines = storage.readText(file.path()).strip().lines().map(String::strip).toList();
    return MAPPING.matcher(file.relative()).matches()
        ? lines.stream().map(IdxFormat::characters).toList()
        : lines;
  }

  /** Returns the characters of a line such as {@code 1 65 97}, {@code Aa}; other lines as is. */
  private static String characters(String line) {
    if (!line.matches("[0-9]{1,5}( [0-9]{2,5})+")) {
      return line;
    }
    return Arrays.stream(line.split(" "))
        .skip(1)
        .mapToInt(Integer::parseInt)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static List<String> names(
      List<String> given, int first, SortedMap<Integer, Long> examples, Problems problems) {
    int last = examples.isEmpty() ? -1 : examples.lastKey();
    int labels = last + 1 - first;
    if (!given.isEmpty()) {
      Labels.requireDistinct(given, "labels", problems);
      if (given.size() < labels) {
        problems.add(
            "labels",
            "there "
                + (given.size() == 1 ? "is 1 label name" : "are " + given.size() + " label names")
                + ", and the label number "
                + last
                + " needs at least "
                + labels);
      }
      return List.copyOf(given);
    }
    for (int label = first; label <= last; label++) {
      if (!examples.containsKey(label)) {
        problems.add(
            "labels",
            "no image has the label number "
                + label
                + ", and some have "
                + last
                + " (name all labels in a file labels.txt, one a line, beside the IDX files)");
        break;
      }
    }
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }
}
