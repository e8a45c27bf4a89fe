package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.quality.SourceProfile;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.SkippedFiles;
import java.util.List;
import java.util.Optional;

/**
 * Result of a preparation.
 *
 * @param output directory of the dataset, with scheme
 * @param manifest manifest of the dataset
 * @param format format of the input; empty for a table of a catalog or a query
 * @param images number of images that were read: examples and rejected ones
 * @param added number of examples that are new
 * @param known number of images that the dataset had already, to which they were appended
 * @param fitted number of examples that were padded, cropped or stretched
 * @param sources what the examples were before they were fitted
 * @param skipped number of files of the input that are not images, by reason
 * @param emptyFolders label folders that hold no image
 * @param seconds duration
 * @param notes decisions that the plan left open
 * @param warnings results that are probably not intended
 */
public record PrepareReport(
    String output,
    Manifest manifest,
    Optional<InputFormat> format,
    long images,
    long added,
    long known,
    long fitted,
    SourceProfile sources,
    SkippedFiles skipped,
    List<String> emptyFolders,
    double seconds,
    List<String> notes,
    List<String> warnings) {
  /** Returns whether images were added to an earlier dataset. */
  public boolean isAppended() {
    return manifest.version() > 1 || known > 0;
  }

  public PrepareReport {
    emptyFolders = List.copyOf(emptyFolders);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
  }
}
