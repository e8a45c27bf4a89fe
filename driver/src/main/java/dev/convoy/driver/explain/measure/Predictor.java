package dev.convoy.driver.explain.measure;

import dev.convoy.worker.scoring.BatchScorer;
import java.util.List;

/** Predicts the labels of images of one shape. */
public interface Predictor {
  /**
   * Returns the probabilities: row {@code i} holds those of image {@code i}, one for each label.
   */
  float[][] probabilities(List<Pixels> images);

  /** Returns the most probable label of one row; the lowest one if several are equal. */
  static int best(float[] probabilities) {
    return BatchScorer.best(probabilities);
  }
}
