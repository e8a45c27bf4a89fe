package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.SkippedFiles;
import java.util.List;

/**
 * What a preparation did.
 *
 * @param output directory of the dataset, with scheme
 * @param manifest of the dataset
 * @param format that was found; never {@link InputFormat#AUTO}
 * @param images that were read: examples and rejected ones
 * @param fitted examples whose images had another size, and were padded, cropped or stretched
 * @param skipped files of the input that are no images, by the reason why
 * @param emptyFolders folders in the places of label folders that hold no image
 * @param seconds that it took
 * @param notes what was decided where the plan left it open
 * @param warnings what is probably not as it should be
 */
public record PrepareReport(
    String output,
    Manifest manifest,
    InputFormat format,
    long images,
    long fitted,
    SkippedFiles skipped,
    List<String> emptyFolders,
    double seconds,
    List<String> notes,
    List<String> warnings) {
  public PrepareReport {
    emptyFolders = List.copyOf(emptyFolders);
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
  }
}
