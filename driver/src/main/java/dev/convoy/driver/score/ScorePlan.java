package dev.convoy.driver.score;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.source.InputFormat;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import java.util.List;
import java.util.Optional;

/**
 * The plan of a scoring job.
 *
 * @param model directory of the model
 * @param source a dataset, a folder of images, a table, or a query
 * @param output directory for Parquet files
 * @param format format of the input; empty to recognise it
 * @param split split of a dataset
 * @param imageColumn column of a table with PNG or JPEG files, or the C·H·W bytes of the model's
 *     shape
 * @param keys columns of a table that go to the output; empty for all but the image column
 * @param fit how image files of another size are resized to the size of the model's training images
 * @param answers probabilities that the output contains
 * @param batch number of images of a forward pass; large images use smaller batches
 * @param maxErrors rows without a prediction with which the job succeeds
 * @param existing treatment of an existing output
 */
public record ScorePlan(
    String model,
    ScoreSource source,
    String output,
    Optional<InputFormat> format,
    String split,
    String imageColumn,
    List<String> keys,
    FitChoice fit,
    Answers answers,
    BatchSize batch,
    ErrorLimit maxErrors,
    ExistingOutput existing) {

  public ScorePlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
    keys = List.copyOf(keys);
  }

  /** Creates the plan of scoring an input that is named by its path, with any number of errors. */
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
        ScoreSource.path(input),
        output,
        format,
        split,
        imageColumn,
        keys,
        fit,
        answers,
        batch,
        ErrorLimit.NONE,
        existing);
  }

  /** Returns the path, the table's name or the query that is scored. */
  public String input() {
    return source.text();
  }
}
