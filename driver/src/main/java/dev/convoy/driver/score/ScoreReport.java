package dev.convoy.driver.score;

import dev.convoy.data.source.SkippedFiles;
import dev.convoy.worker.engine.Precision;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The report of a scoring job.
 *
 * @param model directory of the model, with scheme
 * @param modelSha256 SHA-256 of the parameters of the model, as in the column {@code model}
 * @param precision of the forward passes
 * @param output directory with scheme, or name of a table
 * @param format format of the output
 * @param rows number of rows that were scored
 * @param already number of rows of the input that the output had scores of this model for
 * @param errors number of rows without a prediction, each with a reason
 * @param errorReasons most frequent of these reasons, the most frequent first
 * @param meanConfidence mean of the confidence of all predictions; null without a prediction
 * @param labels number of rows that each label was predicted for, the largest first
 * @param driftFromTraining how the labels differ from those of the training data; null if unknown
 * @param driftFromPrevious how the labels differ from those of the rows that the output had before;
 *     null without such rows
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
    String modelSha256,
    Precision precision,
    String output,
    String format,
    long rows,
    long already,
    long errors,
    List<Reason> errorReasons,
    Double meanConfidence,
    Map<String, Long> labels,
    Drift driftFromTraining,
    Drift driftFromPrevious,
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
