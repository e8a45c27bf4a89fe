package dev.convoy.driver.score;

import dev.convoy.data.source.SkippedFiles;
import java.util.List;

/**
 * What was scored.
 *
 * @param model its directory, with scheme
 * @param output directory of the Parquet files, with scheme
 * @param rows in the output: as many as there were in the input
 * @param errors rows without a prediction; each says why
 * @param fittedImages images that had another size than the model trained on, and were fitted to it
 * @param colourDropped images that are stored in colour, and were scored as grey ones
 * @param greySpread images that are stored as grey, and were scored as colour ones
 * @param skipped files of a folder that are no images of it, by the reason why
 * @param seconds of the whole job
 * @param imagesPerSecond rows per second of the whole job
 * @param notes what the user should know about how it was done
 */
public record ScoreReport(
    String model,
    String output,
    long rows,
    long errors,
    long fittedImages,
    long colourDropped,
    long greySpread,
    SkippedFiles skipped,
    double seconds,
    double imagesPerSecond,
    List<String> notes) {
  public ScoreReport {
    notes = List.copyOf(notes);
  }
}
