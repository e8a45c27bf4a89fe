package dev.convoy.worker.export;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;

/**
 * The plan of an export.
 *
 * @param model directory of the model
 * @param pixels pixel values that the exported network takes
 * @param output the file to write
 * @param existing treatment of an existing file
 */
public record ExportPlan(
    String model, ExportFormat format, InputPixels pixels, String output, ExistingOutput existing) {
  public ExportPlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
  }
}
