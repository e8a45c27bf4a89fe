package dev.convoy.data.source;

import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CIFAR-10 and CIFAR-100 in their binary form: files at the top of a directory, of records of one
 * or two bytes of labels and 32×32 pixels of red, then green, then blue. Of the two labels of
 * CIFAR-100 the second, the fine one, is taken. {@code test_batch.bin} and {@code test.bin} are the
 * test split.
 */
final class CifarFormat implements SliceFormat {
  private static final Pattern TEN = Pattern.compile("(data_batch_\\d+|test_batch)\\.bin");
  private static final Pattern HUNDRED = Pattern.compile("(train|test)\\.bin");

  /** The two sets. */
  private enum Kind {
    CIFAR_10(TEN, 1, 10, "batches.meta.txt"),
    CIFAR_100(HUNDRED, 2, 100, "fine_label_names.txt");

    private final Pattern names;
    private final int labelBytes;
    private final int labels;
    private final String labelNames;

    Kind(Pattern names, int labelBytes, int labels, String labelNames) {
      this.names = names;
      this.labelBytes = labelBytes;
      this.labels = labels;
      this.labelNames = labelNames;
    }

    List<Storage.Entry> filesOf(InputListing listing) {
      return listing.tree().files().stream()
          .filter(file -> names.matcher(file.relative()).matches())
          .toList();
    }

    private boolean isSize(long bytes) {
      return bytes > 0 && bytes % (labelBytes + CifarSource.PIXELS) == 0;
    }
  }

  @Override
  public String key() {
    return "cifar";
  }

  @Override
  public Recognition recognise(InputListing listing) {
    return kind(listing).isPresent() ? Recognition.WHOLE : Recognition.NONE;
  }

  private static Optional<Kind> kind(InputListing listing) {
    for (Kind kind : Kind.values()) {
      if (kind.filesOf(listing).stream().anyMatch(file -> kind.isSize(file.bytes()))) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  @Override
  public String expectedFiles(InputUse use) {
    return "binary files of CIFAR (such as data_batch_1.bin)";
  }

  @Override
  public ImageSource open(InputListing listing, List<String> givenLabels, Problems problems) {
    Optional<Kind> found = kind(listing);
    if (found.isEmpty()) {
      problems.add(
          "it holds no binary file of CIFAR: data_batch_1.bin of records of 3,073 bytes, or train.bin"
              + " of records of 3,074 bytes");
      return new CifarSource(List.of(), 1, List.of(), SkippedFiles.NONE);
    }
    Kind kind = found.get();
    List<CifarSource.File> files = new ArrayList<>();
    List<Storage.Entry> others = new ArrayList<>(listing.tree().files());
    for (Storage.Entry file : kind.filesOf(listing)) {
      others.remove(file);
      if (!kind.isSize(file.bytes())) {
        problems.add(
            file.relative(),
            "has "
                + file.bytes()
                + " bytes, which is no multiple of the "
                + (kind.labelBytes + CifarSource.PIXELS)
                + " bytes of a record (it is truncated: copy it again)");
        continue;
      }
      String stem = file.relative().substring(0, file.relative().lastIndexOf('.'));
      files.add(
          new CifarSource.File(
              stem,
              file.relative(),
              file.path(),
              stem.startsWith("test") ? GivenSplit.TEST : GivenSplit.TRAIN,
              (int) (file.bytes() / (kind.labelBytes + CifarSource.PIXELS)),
              kind.labelBytes));
    }
    List<String> labels = labels(listing, kind, givenLabels, problems);
    others.removeIf(file -> file.relative().equals(kind.labelNames));
    return new CifarSource(
        files, kind.labels, labels, SkippedFiles.of(others, listing.tree().skipped()));
  }

  private static List<String> labels(
      InputListing listing, Kind kind, List<String> given, Problems problems) {
    List<String> names = given;
    if (given.isEmpty()) {
      names =
          listing.tree().files().stream()
              .filter(file -> file.relative().equals(kind.labelNames))
              .findFirst()
              .map(file -> lines(listing.storage().readText(file.path())))
              .orElseGet(
                  () -> IntStream.range(0, kind.labels).mapToObj(Integer::toString).toList());
    }
    Labels.requireDistinct(names, "labels", problems);
    if (names.size() != kind.labels) {
      problems.add(
          "labels", "there are " + names.size() + " label names for " + kind.labels + " labels");
    }
    return List.copyOf(names);
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
