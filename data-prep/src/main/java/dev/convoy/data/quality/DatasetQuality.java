package dev.convoy.data.quality;

import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What was found in a dataset. It lies beside the manifest, and is no part of the dataset: nothing
 * depends on it.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param fingerprint fingerprint of the dataset that was looked at
 * @param equal groups of examples with the same pixels
 * @param alike pairs of examples whose pixels differ a little
 * @param plain images that were not compared with others, since they hold too little
 * @param firstPlain the first of these by their ids
 * @param constant number of images without content: every channel has one value
 * @param firstConstant the first of these by their ids
 * @param sources what the images were before they were fitted; null if that is not known
 * @param rejected images that were rejected, by reason
 * @param skipped files that are no images, by reason
 * @param warnings warnings of the preparation
 */
public record DatasetQuality(
    int formatVersion,
    String fingerprint,
    SameImages equal,
    SameImages alike,
    long plain,
    List<Member> firstPlain,
    long constant,
    List<Member> firstConstant,
    SourceProfile sources,
    List<ReasonCount> rejected,
    List<ReasonCount> skipped,
    List<String> warnings) {
  /** The format version of this version of Convoy. */
  public static final int FORMAT_VERSION = 1;

  /** Name of the file in the directory of a dataset. */
  public static final String FILE = "quality.json";

  public DatasetQuality {
    firstPlain = firstPlain == null ? List.of() : List.copyOf(firstPlain); // as in earlier versions
    firstConstant = List.copyOf(firstConstant);
    rejected = List.copyOf(rejected);
    skipped = List.copyOf(skipped);
    warnings = List.copyOf(warnings);
  }

  /** Name of the page that shows it to people, beside the file. */
  public static final String PAGE = "report.html";

  /** Writes the file into the directory of the dataset. */
  public void write(Storage storage, String dataset) {
    storage.writeAtomically(Storage.join(dataset, FILE), Json.pretty(this));
  }

  /**
   * Reads what was found in a dataset; empty if nothing was written, or for an earlier dataset in
   * the same directory.
   *
   * @throws Json.MalformedJsonException if the file cannot be understood
   */
  public static Optional<DatasetQuality> read(Storage storage, String dataset, String fingerprint) {
    String path = Storage.join(dataset, FILE);
    if (!storage.exists(path)) {
      return Optional.empty();
    }
    String text = new String(storage.readBytes(path), StandardCharsets.UTF_8);
    DatasetQuality found = Json.read(text, DatasetQuality.class, path);
    return Optional.of(found).filter(quality -> quality.fingerprint.equals(fingerprint));
  }
}
