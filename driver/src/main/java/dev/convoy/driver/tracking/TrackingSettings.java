package dev.convoy.driver.tracking;

import dev.convoy.driver.mlflow.MlflowSettings;
import java.util.Optional;

/**
 * Which other tools a run tells of itself.
 *
 * @param tensorBoard whether events for TensorBoard are written
 * @param mlflow where the run is tracked; empty for nowhere
 */
public record TrackingSettings(boolean tensorBoard, Optional<MlflowSettings> mlflow) {
  /** Returns whether the network is looked at after each epoch for it. */
  public boolean needsDetails() {
    return tensorBoard;
  }
}
