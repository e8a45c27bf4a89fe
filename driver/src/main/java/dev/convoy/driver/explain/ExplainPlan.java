package dev.convoy.driver.explain;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The request for an explanation.
 *
 * @param model directory of a model, or of a run
 * @param image an image file; empty: an example of the dataset
 * @param fit how the file is resized to the image size of the training
 * @param data directory of a dataset; empty: the dataset of the training, if it is still there
 * @param id id of the example to explain; empty: a typical example
 * @param output directory for the page and its pictures
 * @param sample number of examples to shift, at least 1
 * @param reach largest shift in pixels, from 1 to {@value #MAX_REACH}; empty: a seventh of the
 *     shorter side
 * @param batch number of images of a forward pass
 * @param nativeThreads native threads of each network that predicts in parallel, at least 1
 * @param existing how an existing output is treated
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
  /** Largest possible shift in pixels, beyond the largest images. */
  public static final int MAX_REACH = 65_536;

  public ExplainPlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
    Checks.atLeast(1, sample, "sample");
    Checks.between(1, MAX_REACH, reach.orElse(1), "reach");
    Checks.atLeast(1, nativeThreads, "nativeThreads");
  }
}
