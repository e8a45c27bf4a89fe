package dev.convoy.driver.quantize;

import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.model.ModelQuantization;
import java.util.List;
import java.util.Locale;

/**
 * The report of a quantization.
 *
 * @param model directory of the model, with scheme
 * @param output directory of the quantized model, with scheme
 * @param int8Layers layers that compute in integers of 8 bits
 * @param float32Layers layers with weights that compute in float32
 * @param calibrationImages number of images from which the ranges are
 * @param split split on which the accuracies were measured
 * @param examples number of its examples
 * @param float32Accuracy fraction of correct predictions in float32
 * @param int8Accuracy fraction of correct predictions in integers of 8 bits
 */
public record QuantizeReport(
    String model,
    String output,
    List<String> int8Layers,
    List<String> float32Layers,
    int calibrationImages,
    String split,
    long examples,
    double float32Accuracy,
    double int8Accuracy) {
  /** Up to that many layers are named in the text. */
  private static final int MOST_NAMES = 12;

  static QuantizeReport of(
      String model,
      String output,
      ModelQuantization quantization,
      List<String> int8,
      List<String> all) {
    return new QuantizeReport(
        model,
        output,
        int8,
        all.stream().filter(layer -> !int8.contains(layer)).toList(),
        quantization.calibrationImages(),
        quantization.split(),
        quantization.examples(),
        quantization.float32Accuracy(),
        quantization.int8Accuracy());
  }

  /** Returns the report as sentences. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        "Accuracy on the %s of the %s split: %.4f in float32, %.4f in int8 (%+.2f points).%n"
            + "Ranges from %s of the train split. Layers in int8: %s%s.%nModel: %s",
        Numbers.count(examples, "example"),
        split,
        float32Accuracy,
        int8Accuracy,
        100 * (int8Accuracy - float32Accuracy),
        Numbers.count(calibrationImages, "image"),
        int8Layers.size() <= MOST_NAMES
            ? String.join(", ", int8Layers)
            : Numbers.count(int8Layers.size()),
        float32Layers.isEmpty() ? "" : "; in float32: " + String.join(", ", float32Layers),
        output);
  }
}
