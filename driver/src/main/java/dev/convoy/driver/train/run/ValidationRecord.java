package dev.convoy.driver.train.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.scoring.Calibration;
import dev.convoy.worker.scoring.Confusion;
import dev.convoy.worker.scoring.Mistake;
import dev.convoy.worker.scoring.ScoreDetails;
import dev.convoy.worker.scoring.ScoredSplit;
import dev.convoy.worker.scoring.ThresholdCounts;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The newest scores of a run on its validation split: {@code validation.json}.
 *
 * @param epoch after which it was scored, from 1
 * @param isModel whether the parameters are those of the finished model, if these are others than
 *     those after the epoch
 * @param labels names of the labels
 * @param shape shape of the images
 * @param confusion counts that are not 0
 * @param calibrationError expected calibration error
 * @param calibration bins of confidence that have examples
 * @param averagePrecision of each label, null where it has no example; absent with many labels
 * @param curves precision and recall of each label; absent with many labels
 * @param mistakes the most confident wrong predictions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ValidationRecord(
    int epoch,
    boolean isModel,
    List<String> labels,
    ImageShape shape,
    List<Confusion.Count> confusion,
    double calibrationError,
    List<Calibration.Bin> calibration,
    List<Double> averagePrecision,
    List<List<ThresholdCounts.Point>> curves,
    List<Mistake> mistakes) {
  static final String FILE = "validation.json";

  /** Creates the record of scores that have their details. */
  public static ValidationRecord of(
      int epoch, boolean isModel, List<String> labels, ImageShape shape, ScoredSplit scored) {
    ScoreDetails details = scored.details().orElseThrow();
    Optional<ThresholdCounts> thresholds = details.thresholds();
    return new ValidationRecord(
        epoch,
        isModel,
        labels,
        shape,
        scored.confusion().counts(),
        details.calibration().expectedError(),
        details.calibration().bins(),
        thresholds
            .map(
                counts ->
                    IntStream.range(0, labels.size())
                        .mapToObj(counts::averagePrecision)
                        .map(value -> value.isNaN() ? null : value)
                        .toList())
            .orElse(null),
        thresholds
            .map(counts -> IntStream.range(0, labels.size()).mapToObj(counts::curve).toList())
            .orElse(null),
        details.mistakes());
  }

  /** Writes the file into the directory of a run. */
  public void write(Storage storage, String run) {
    storage.writeAtomically(Storage.join(run, FILE), Json.line(Json.tree(this)));
  }

  /**
   * Reads the file of a run; empty if there is none.
   *
   * @throws Json.MalformedJsonException if it cannot be understood
   */
  public static Optional<ValidationRecord> read(Storage storage, String run) {
    String file = Storage.join(run, FILE);
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(Json.read(storage.readText(file), ValidationRecord.class, file));
  }
}
