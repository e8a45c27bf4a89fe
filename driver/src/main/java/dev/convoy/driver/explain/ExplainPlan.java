package dev.convoy.driver.explain;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.driver.score.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to explain, and where to.
 *
 * @param model directory of a model, or of a run
 * @param image a PNG or JPEG file; empty: an example of the dataset
 * @param fit how the file is brought to the size that the model trained on
 * @param data directory of a dataset; empty: the one that the model was trained on, if it is there
 * @param id of the example to explain; empty: one that is typical
 * @param output a directory for the page and its pictures
 * @param sample examples that are shifted, at least 1
 * @param reach the farthest shift in pixels, from 1 to {@value #FARTHEST}; empty: a seventh of the
 *     shorter side
 * @param batch images of a forward pass
 * @param nativeThreads of the networks that are asked side by side, at least 1
 * @param existing what to do about an output that is there already
 */
public record ExplainPlan(
    String model,
    Optional<String> image,
    FitChoice fit,
    Optional<String> data,
    Optional<String> id,
    String output,
    int sample,
    OptionalInt reach,
    BatchSize batch,
    int nativeThreads,
    ExistingOutput existing) {
  /** The farthest shift, in pixels: beyond the largest images. */
  public static final int FARTHEST = 65_536;

  public ExplainPlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
    Checks.atLeast(1, sample, "sample");
    Checks.between(1, FARTHEST, reach.orElse(1), "reach");
    Checks.atLeast(1, nativeThreads, "nativeThreads");
  }
}
