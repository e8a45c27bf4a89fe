package dev.convoy.driver.quantize;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.Split;
import java.util.List;

/**
 * The plan of a quantization.
 *
 * @param model directory of the model
 * @param data directory of the dataset
 * @param output directory of the quantized model
 * @param existing what happens to an earlier model there
 * @param images number of images of the train split from which the ranges of values are taken, at
 *     least 1
 * @param split the split on which both accuracies are measured
 * @param mostLoss the loss of accuracy that is accepted, in percentage points, at least 0
 * @param float32Layers layers that compute in float32
 */
public record QuantizePlan(
    String model,
    String data,
    String output,
    ExistingOutput existing,
    int images,
    Split split,
    double mostLoss,
    List<String> float32Layers) {
  public QuantizePlan {
    Checks.atLeast(1, images, "images");
    Checks.that(mostLoss >= 0, "mostLoss", mostLoss + " (must be at least 0)");
    float32Layers = List.copyOf(float32Layers);
  }
}
