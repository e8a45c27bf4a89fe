package dev.convoy.driver.explain.measure;

import dev.convoy.worker.scoring.BatchScorer;
import java.util.List;

/** Something that tells the label of images of one shape. */
public interface Predictor {
  /** Probabilities: row {@code i} holds those of image {@code i}, one for each label. */
  float[][] probabilities(List<Pixels> images);

  /** The label of one row; the lowest number where several are equal. */
  static int best(float[] probabilities) {
    return BatchScorer.best(probabilities);
  }
}
