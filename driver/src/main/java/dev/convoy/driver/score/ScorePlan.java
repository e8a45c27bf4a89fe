package dev.convoy.driver.score;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.table.ImagePaths;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.List;
import java.util.Optional;

/**
 * The plan of a scoring job.
 *
 * @param model directory of the model
 * @param source a dataset, a folder of images, a table, or a query
 * @param target where the rows go
 * @param format format of the input; empty to recognise it
 * @param split split of a dataset
 * @param imageColumn column of a table with image files, or the C·H·W bytes of the model's shape
 * @param imagePaths how the values of that column name files, if they are strings
 * @param keys columns of a table that tell its rows apart and go to the output; empty for all but a
 *     column of images that are not named by paths
 * @param kept other columns of a table that go to the output
 * @param fit how image files of another size are resized to the size of the model's training images
 * @param limits limits of an image file; a larger image has no prediction
 * @param answers probabilities that the output contains
 * @param results columns that the output contains, and their names
 * @param batch number of images of a forward pass; large images use smaller batches
 * @param precision precision of forward passes
 * @param maxErrors rows without a prediction with which the job succeeds
 * @param rows rows that are scored
 */
public record ScorePlan(
    String model,
    TableSource source,
    ScoreTarget target,
    Optional<InputFormat> format,
    String split,
    String imageColumn,
    ImagePaths imagePaths,
    List<String> keys,
    List<String> kept,
    FitChoice fit,
    ImageLimits limits,
    Answers answers,
    ResultSelection results,
    BatchSize batch,
    ScoringPrecision precision,
    ErrorLimit maxErrors,
    RowChoice rows) {

  public ScorePlan {
    Checks.notBlank(model, "model");
    keys = List.copyOf(keys);
    kept = List.copyOf(kept);
  }

  /**
   * Creates the plan of scoring all rows of an input that is named by its path into a directory,
   * with any number of errors and the default limits of images.
   */
  public ScorePlan(
      String model,
      String input,
      String output,
      Optional<InputFormat> format,
      String split,
      String imageColumn,
      List<String> keys,
      FitChoice fit,
      Answers answers,
      BatchSize batch,
      ExistingOutput existing) {
    this(
        model,
        TableSource.path(input),
        ScoreTarget.path(output, existing),
        format,
        split,
        imageColumn,
        ImagePaths.PLAIN,
        keys,
        List.of(),
        fit,
        ImageLimits.DEFAULT,
        answers,
        ResultSelection.ALL,
        batch,
        ScoringPrecision.AUTO,
        ErrorLimit.NONE,
        RowChoice.ALL);
  }

  /** Returns the path, the table's name or the query that is scored. */
  public String input() {
    return source.text();
  }
}
