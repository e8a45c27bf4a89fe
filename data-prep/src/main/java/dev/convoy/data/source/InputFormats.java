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
 * @param formats in the order in which help and messages name them; a format that claims an input
 *     as a whole comes before one that would claim some of its files
 */
public record InputFormats<F extends InputFormat>(InputUse use, List<F> formats) {
  /** The word that stands for whichever format the input is recognised as. */
  public static final String AUTO = "auto";

  /** {@code STEM-images-idx3-ubyte[.gz]} beside {@code STEM-labels-idx1-ubyte[.gz]}. */
  public static final SliceFormat IDX = new IdxFormat();

  /** {@code LABEL/…/x.png}, or {@code SPLIT/LABEL/…/x.png}; without labels, images anywhere. */
  public static final SliceFormat FOLDER = new FolderFormat();

  /** The formats that {@code prepare} reads. */
  public static final InputFormats<SliceFormat> PREPARE =
      new InputFormats<>(InputUse.PREPARE, List.of(IDX, FOLDER));

  /** The formats that {@code score} reads. */
  public static final InputFormats<InputFormat> SCORE =
      new InputFormats<>(InputUse.SCORE, List.of(RowFormat.DATASET, FOLDER, RowFormat.TABLE));

  public InputFormats {
    formats = List.copyOf(formats);
  }

  /** The words of {@code --format}. */
  public List<String> words() {
    return Stream.concat(Stream.of(AUTO), formats.stream().map(InputFormat::key)).toList();
  }

  /**
   * The format of a word; empty for {@value #AUTO}.
   *
   * @throws IllegalArgumentException if it is none of {@link #words}
   */
  public Optional<F> named(String word) {
    if (!words().contains(word)) {
      throw new IllegalArgumentException("must be one of " + String.join(", ", words()));
    }
    return formats.stream().filter(format -> format.key().equals(word)).findFirst();
  }

  /**
   * The format of an input; empty where none recognises it.
   *
   * @param problems receives a fault if it holds files of several formats
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
            some -> counts.add(0, String.format(Locale.ROOT, "%d %s", some.files(), some.kind())));
    return "it holds "
        + String.join(" and ", counts)
        + found.keySet().stream()
            .map(format -> format.choice(use))
            .collect(joining(", or ", " (", ")"));
  }

  /** Tells that an input holds nothing of these formats, and what it holds. */
  public String missing(InputListing listing) {
    List<String> wanted =
        formats.stream()
            .map(format -> format.wanted(use))
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
                    + wanted.stream().skip(1).map(kind -> ", and no " + kind).collect(joining())
                    + (files == 0 ? "" : "; files found: " + files));
      }
    };
  }
}
