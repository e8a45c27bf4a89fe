package dev.convoy.worker.export;

import dev.convoy.data.Checks;

/**
 * What is to be exported.
 *
 * @param model directory of the model
 * @param pixels what the exported network takes
 * @param output the file to be written
 * @param existing what happens to a file that is there
 */
public record ExportPlan(
    String model, ExportFormat format, InputPixels pixels, String output, Existing existing) {
  /** What happens to a file in the place of the output. */
  public enum Existing {
    REFUSE,
    /** It is replaced if Convoy has exported it. */
    OVERWRITE
  }

  public ExportPlan {
    Checks.notBlank(model, "model");
    Checks.notBlank(output, "output");
  }
}
