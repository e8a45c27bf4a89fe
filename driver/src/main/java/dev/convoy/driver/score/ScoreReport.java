package dev.convoy.driver.score;

import dev.convoy.data.source.SkippedFiles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The report of a scoring job.
 *
 * @param model directory of the model, with scheme
 * @param output directory of the Parquet files, with scheme
 * @param rows number of rows of the output, and of the input
 * @param errors number of rows without a prediction, each with a reason
 * @param errorReasons most frequent of these reasons, the most frequent first
 * @param meanConfidence mean of the confidence of all predictions; null without a prediction
 * @param labels number of rows that each label was predicted for, the largest first
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
    List<Reason> errorReasons,
    Double meanConfidence,
    Map<String, Long> labels,
    long fittedImages,
    long colourDropped,
    long greySpread,
    SkippedFiles skipped,
    double seconds,
    double imagesPerSecond,
    List<String> notes) {
  /**
   * A reason for rows without a prediction.
   *
   * @param reason as in the column {@code error}
   * @param rows number of rows that have it
   */
  public record Reason(String reason, long rows) {}

  public ScoreReport {
    errorReasons = List.copyOf(errorReasons);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    notes = List.copyOf(notes);
  }
}
