package dev.convoy.data.dataset;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Description of a dataset: the file that makes a directory a dataset, written last.
 *
 * <p>The file contains its own digest ({@link SealedJson}), because its counts and statistics
 * cannot be checked without reading every image.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param shape shape of every image
 * @param labels names of the labels, in the order of the label numbers
 * @param normalisation statistics of the train split
 * @param counts number of examples by split, then by label in the order of {@code labels}
 * @param rejected number of images that were rejected and are listed in {@code rejected/}
 * @param files files of every split
 * @param rejectedFiles files of {@code rejected/}
 * @param skippedFiles files of {@code skipped/}, which lists what is not an image
 * @param fingerprint SHA-256 over the sorted examples, shape, labels and normalisation
 * @param plan plan of the preparation, with its seed
 * @param convoy version of Convoy that wrote the dataset
 * @param version 1, and one more for every time that images were appended
 */
@JsonIgnoreProperties(SealedJson.FIELD)
public record Manifest(
    int formatVersion,
    ImageShape shape,
    List<String> labels,
    Normalisation normalisation,
    Map<Split, List<Long>> counts,
    long rejected,
    Map<Split, List<DataFile>> files,
    List<DataFile> rejectedFiles,
    List<DataFile> skippedFiles,
    String fingerprint,
    JsonNode plan,
    String convoy,
    Integer version) {

  /** The format version that this version of Convoy writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** Name of the manifest in the dataset's directory. */
  public static final String FILE = "manifest.json";

  public Manifest {
    Checks.oneOf(formatVersion, "formatVersion", FORMAT_VERSION);
    present(shape, "shape");
    present(labels, "labels");
    Checks.that(!labels.isEmpty(), "labels", "there must be at least one");
    labels.forEach(label -> present(label, "labels"));
    labels = List.copyOf(labels);
    present(normalisation, "normalisation");
    Checks.that(
        normalisation.mean().size() == shape.channels(), "normalisation", "one mean per channel");
    present(counts, "counts");
    counts = inOrder(counts);
    for (List<Long> byLabel : counts.values()) {
      present(byLabel, "counts");
      Checks.that(byLabel.size() == labels.size(), "counts", "one count per label");
      byLabel.forEach(
          count -> Checks.that(count != null && count >= 0, "counts", count + " examples"));
    }
    Checks.atLeast(0, rejected, "rejected");
    present(files, "files");
    files = inOrder(files);
    present(rejectedFiles, "rejectedFiles");
    rejectedFiles = List.copyOf(rejectedFiles);
    // Earlier datasets do not list them.
    skippedFiles = skippedFiles == null ? List.of() : List.copyOf(skippedFiles);
    requireRows(counts, files);
    Checks.notBlank(fingerprint, "fingerprint");
    present(plan, "plan");
    present(convoy, "convoy");
    version = version == null ? 1 : version; // Earlier datasets do not have it.
    Checks.atLeast(1, version, "version");
  }

  private static void present(Object value, String name) {
    Checks.that(value != null, name, "it is missing");
  }

  /**
   * Checks that the files of every split have as many rows as it has examples, and that no file is
   * listed twice.
   */
  private static void requireRows(Map<Split, List<Long>> counts, Map<Split, List<DataFile>> files) {
    Set<String> paths = new HashSet<>();
    for (Split split : Split.values()) {
      List<DataFile> ofSplit = files.getOrDefault(split, List.of());
      present(ofSplit, "files");
      long rows = 0;
      for (DataFile file : ofSplit) {
        present(file, "files");
        Checks.that(paths.add(file.path()), "files", file.path() + " is listed twice");
        rows = Math.addExact(rows, file.rows());
      }
      long examples = sum(counts.getOrDefault(split, List.of()));
      Checks.that(
          rows == examples,
          "counts",
          String.format(
              Locale.ROOT,
              "the %s split has %d examples, and %d rows in its files",
              split.key(),
              examples,
              rows));
    }
  }

  private static long sum(List<Long> counts) {
    return counts.stream().reduce(0L, Math::addExact);
  }

  /** Number of examples of one split. */
  public long count(Split split) {
    return sum(counts.getOrDefault(split, List.of()));
  }

  /** Number of examples of all splits. */
  public long examples() {
    return counts.keySet().stream().mapToLong(this::count).sum();
  }

  /** Returns the content of the manifest's file, with its digest. */
  public String toJson() {
    return new String(SealedJson.seal((ObjectNode) Json.tree(this)), StandardCharsets.UTF_8);
  }

  /**
   * Reads a manifest and checks its digest.
   *
   * @param path path of its file, for messages
   * @throws InvalidRequestException if it was changed, or another version has written it
   */
  static Manifest read(byte[] bytes, String path) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      JsonNode document = Json.readTree(text, path);
      JsonNode version = document.path("formatVersion");
      if (!version.isMissingNode() && version.asInt() != FORMAT_VERSION) {
        throw refused(
            path,
            String.format(
                Locale.ROOT,
                "its format version is %s and this Convoy reads %d (prepare the dataset again with this version)",
                version,
                FORMAT_VERSION));
      }
      if (!document.has(SealedJson.FIELD)) {
        throw refused(
            path,
            "it has no checksum of its own content, so it cannot be verified: an early version of"
                + " Convoy wrote it, or it was changed (prepare the dataset again; equal images give"
                + " an equal dataset, whose runs can be resumed)");
      }
      if (SealedJson.check(bytes) != SealedJson.Seal.WHOLE) {
        throw refused(
            path,
            "its SHA-256 differs from the one recorded in it, so it was changed or damaged after it"
                + " was written (put the original back, or prepare the dataset again)");
      }
      return Json.read(text, Manifest.class, path);
    } catch (Json.MalformedJsonException e) {
      throw new InvalidRequestException(
          e.getMessage() + " (the manifest is damaged: prepare the dataset again)", e);
    }
  }

  private static InvalidRequestException refused(String path, String reason) {
    return new InvalidRequestException("Cannot open " + path + ": " + reason);
  }

  /** Copies a map in the order of the splits, so that equal manifests are equal texts. */
  private static <T> Map<Split, T> inOrder(Map<Split, T> bySplit) {
    Map<Split, T> ordered = new EnumMap<>(Split.class);
    ordered.putAll(bySplit);
    return Collections.unmodifiableMap(ordered);
  }
}
