package dev.convoy.driver.score;

import dev.convoy.data.source.SkippedFiles;
import java.util.List;

/**
 * The report of a scoring job.
 *
 * @param model directory of the model, with scheme
 * @param output directory of the Parquet files, with scheme
 * @param rows number of rows of the output, and of the input
 * @param errors number of rows without a prediction, each with a reason
 * @param fittedImages number of images that were resized to the size of the model's training images
 * @param colourDropped number of images that are stored in colour and were scored as grey ones
 * @param greySpread number of images that are stored as grey and were scored as colour ones
 * @param skipped files of a folder that are not images of it, grouped by reason
 * @param seconds duration of the whole job
 * @param imagesPerSecond rows per second of the whole job
 * @param notes notes for the user about the treatment of images
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
