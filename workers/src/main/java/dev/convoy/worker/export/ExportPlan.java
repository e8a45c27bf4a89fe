package dev.convoy.worker.export;

import dev.convoy.data.Checks;
import dev.convoy.data.ExistingOutput;

/**
 * What is to be exported.
 *
 * @param model directory of the model
 * @param pixels what the exported network takes
 * @param output the file to be written
 * @param existing what happens to a file that is there
 */
public record ExportPlan(
    String model, ExportFormat format, InputPixels pixels, String output, ExistingOutput existing) {
  public ExportPlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
  }
}
