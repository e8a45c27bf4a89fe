package dev.convoy.driver.tracking;

/**
 * Which other tools a run tells of itself.
 *
 * @param tensorBoard whether events for TensorBoard are written
 */
public record TrackingSettings(boolean tensorBoard) {
  /** Returns whether the network is looked at after each epoch for it. */
  public boolean needsDetails() {
    return tensorBoard;
  }
}
