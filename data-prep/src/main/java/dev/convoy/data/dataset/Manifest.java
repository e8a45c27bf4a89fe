package dev.convoy.data.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a dataset is: the one file that makes its directory a dataset, written last.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param shape of every image
 * @param labels names, in the order of the label numbers
 * @param normalisation statistics of the train split
 * @param counts examples by split, then by label in the order of {@code labels}
 * @param rejected images that were refused and stand in {@code rejected/}
 * @param files the files of every split, by path
 * @param rejectedFiles the files of {@code rejected/}
 * @param fingerprint SHA-256 over the sorted examples, shape, labels and normalisation
 * @param plan how the dataset was prepared, with its seed
 * @param convoy version of Convoy that wrote it
 */
public record Manifest(
    int formatVersion,
    ImageShape shape,
    List<String> labels,
    Normalisation normalisation,
    Map<Split, List<Long>> counts,
    long rejected,
    Map<Split, List<DataFile>> files,
    List<DataFile> rejectedFiles,
    String fingerprint,
    JsonNode plan,
    String convoy) {

  /** The format that this version of Convoy writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** The name of the manifest in the dataset's directory. */
  public static final String FILE = "manifest.json";

  public Manifest {
    Checks.oneOf(formatVersion, "formatVersion", FORMAT_VERSION);
    labels = List.copyOf(labels);
    Checks.that(!labels.isEmpty(), "labels", "there must be at least one");
    Checks.that(
        normalisation.mean().size() == shape.channels(), "normalisation", "one mean per channel");
    counts = inOrder(counts);
    for (List<Long> byLabel : counts.values()) {
      Checks.that(byLabel.size() == labels.size(), "counts", "one count per label");
    }
    files = inOrder(files);
    rejectedFiles = List.copyOf(rejectedFiles);
    Checks.notBlank(fingerprint, "fingerprint");
  }

  /** Examples of one split. */
  public long count(Split split) {
    return counts.getOrDefault(split, List.of()).stream().mapToLong(Long::longValue).sum();
  }

  /** Examples of all splits. */
  public long examples() {
    return counts.keySet().stream().mapToLong(this::count).sum();
  }

  /** The manifest as it stands in its file. */
  public String toJson() {
    return Json.pretty(this);
  }

  /** In the order of the splits, so that equal manifests are equal texts. */
  private static <T> Map<Split, T> inOrder(Map<Split, T> bySplit) {
    Map<Split, T> ordered = new EnumMap<>(Split.class);
    ordered.putAll(bySplit);
    return Collections.unmodifiableMap(ordered);
  }
}
