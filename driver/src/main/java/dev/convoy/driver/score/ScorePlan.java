package dev.convoy.driver.score;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.source.InputFormat;
import dev.convoy.worker.scoring.BatchSize;
import java.util.List;
import java.util.Optional;

/**
 * What to score, and where to.
 *
 * @param model its directory
 * @param input a dataset, a folder of images, or a Parquet table
 * @param output a directory for Parquet files
 * @param format of the input; empty to recognise it
 * @param split of a dataset
 * @param imageColumn of a table: PNG or JPEG files, or the C·H·W bytes of the model's shape
 * @param keys columns of a table that go to the output; empty for all but the image column
 * @param fit how image files of another size are brought to the size that the model trained on
 * @param answers which probabilities the output has
 * @param batch images of a forward pass; fewer go at once where they are larger
 * @param existing what to do about an output that is there already
 */
public record ScorePlan(
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

  public ScorePlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(input, "input");
    Checks.notBlank(output, "output");
    keys = List.copyOf(keys);
  }
}
