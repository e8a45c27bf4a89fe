package dev.convoy.data.source;

import static java.util.stream.Collectors.joining;

import dev.convoy.data.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formats that a command reads.
 *
 * @param use the command
 * @param formats formats in the order of help and messages; a format that claims an input as a
 *     whole precedes formats that claim some of its files
 */
public record InputFormats<F extends InputFormat>(InputUse use, List<F> formats) {
  /** The value of {@code --format} for which the format is recognised. */
  public static final String AUTO = "auto";

  /** Pairs of {@code STEM-images-idx3-ubyte[.gz]} and {@code STEM-labels-idx1-ubyte[.gz]}. */
  public static final SliceFormat IDX = new IdxFormat();

  /** CIFAR-10 and CIFAR-100 in their binary form. */
  public static final SliceFormat CIFAR = new CifarFormat();

  /**
   * {@code LABEL/…/x.png} or {@code SPLIT/LABEL/…/x.png}; images in any folder if labels are not
   * needed.
   */
  public static final SliceFormat FOLDER = new FolderFormat();

  /** Tar archives of image files, plain or compressed with gzip or zstd. */
  public static final SliceFormat TAR = new ArchiveFormat();

  /** The formats of {@code prepare}. */
  public static final InputFormats<SliceFormat> PREPARE =
      new InputFormats<>(InputUse.PREPARE, List.of(IDX, CIFAR, FOLDER, TAR));

  /** The formats of tables that {@code prepare} reads. */
  public static final InputFormats<RowFormat> PREPARE_TABLES =
      new InputFormats<>(
          InputUse.PREPARE,
          List.of(
              RowFormat.DELTA,
              RowFormat.ICEBERG,
              RowFormat.TABLE,
              RowFormat.ORC,
              RowFormat.AVRO,
              RowFormat.CSV,
              RowFormat.JSON));

  /** All formats of {@code prepare}. */
  public static final InputFormats<InputFormat> PREPARE_ALL =
      new InputFormats<>(
          InputUse.PREPARE,
          Stream.concat(PREPARE.formats().stream(), PREPARE_TABLES.formats().stream()).toList());

  /** The formats of {@code score}. */
  public static final InputFormats<InputFormat> SCORE =
      new InputFormats<>(
          InputUse.SCORE,
          List.of(
              RowFormat.DATASET,
              RowFormat.DELTA,
              RowFormat.ICEBERG,
              FOLDER,
              TAR,
              RowFormat.TABLE,
              RowFormat.ORC,
              RowFormat.AVRO,
              RowFormat.CSV,
              RowFormat.JSON));

  public InputFormats {
    formats = List.copyOf(formats);
  }

  /** Returns the values of {@code --format}. */
  public List<String> words() {
    return Stream.concat(Stream.of(AUTO), formats.stream().map(InputFormat::key)).toList();
  }

  /**
   * Returns the format of a value of {@code --format}; empty for {@value #AUTO}.
   *
   * @throws IllegalArgumentException if it is not one of {@link #words}
   */
  public Optional<F> named(String word) {
    if (!words().contains(word)) {
      throw new IllegalArgumentException("must be one of " + String.join(", ", words()));
    }
    return formats.stream().filter(format -> format.key().equals(word)).findFirst();
  }

  /**
   * Returns the format of an input; empty if no format recognises it.
   *
   * @param problems receives a fault if the input contains files of several formats
   */
  public Optional<F> recognise(InputListing listing, Problems problems) {
    Map<F, InputFormat.Recognition> found = new LinkedHashMap<>();
    for (F format : formats) {
      InputFormat.Recognition recognition = format.recognise(listing);
      if (recognition.whole()) {
        return Optional.of(format);
      }
      if (recognition.files() > 0) {
        found.put(format, recognition);
      }
    }
    if (found.size() > 1) {
      problems.add(mixture(found));
    }
    return found.keySet().stream().findFirst();
  }

  private String mixture(Map<F, InputFormat.Recognition> found) {
    List<String> counts = new ArrayList<>();
    found
        .values()
        .forEach(
            some ->
                counts.add(
                    0,
                    String.format(
                        Locale.ROOT,
                        "%,d %s%s",
                        some.files(),
                        some.kind(),
                        some.files() == 1 ? "" : "s")));
    return "it holds "
        + String.join(" and ", counts)
        + found.keySet().stream()
            .map(format -> format.howToSelect(use))
            .collect(joining(", or ", " (", ")"));
  }

  /** Returns the files that would be found if they were not hidden; empty if there are none. */
  private String hidden(InputListing listing) {
    SkippedFiles skipped =
        formats.stream().anyMatch(RowFormat.TABLE::equals)
            ? listing.skippedInTable()
            : SkippedFiles.NONE;
    return skipped.groups().stream()
        .map(
            group ->
                "; "
                    + group.files()
                    + " "
                    + group.reason()
                    + " ("
                    + String.join(", ", group.first())
                    + (group.files() > group.first().size() ? ", …)" : ")"))
        .collect(joining());
  }

  /** Returns such as {@code , no Parquet file, and no ORC file}. */
  private static String others(List<String> wanted) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < wanted.size(); i++) {
      text.append(i == wanted.size() - 1 ? ", and no " : ", no ").append(wanted.get(i));
    }
    return text.toString();
  }

  /** Returns the message that an input contains nothing of these formats, with what it contains. */
  public String missing(InputListing listing) {
    List<String> wanted =
        formats.stream()
            .map(format -> format.expectedFiles(use))
            .filter(files -> !files.isEmpty())
            .toList();
    return switch (use) {
      case PREPARE -> {
        SkippedFiles others = listing.images().skippedFiles();
        yield "it holds no images: neither "
            + String.join(" nor ", wanted)
            + (others.total() == 0 ? "" : "; files found: " + others.examples());
      }
      case SCORE -> {
        int files = listing.tableFiles().size();
        yield listing
            .foreign(use)
            .orElse(
                "there is no "
                    + wanted.get(0)
                    + " in it"
                    + others(wanted)
                    + (files == 0 ? "" : "; files found: " + files)
                    + hidden(listing));
      }
    };
  }
}
