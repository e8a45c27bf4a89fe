package dev.convoy.worker.scoring;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A wrong prediction.
 *
 * @param actual number of the label
 * @param predicted number of the predicted label
 * @param confidence probability of the predicted label
 * @param probability probability of the actual label
 * @param pixels the image, C·H·W bytes
 */
public record Mistake(int actual, int predicted, float confidence, float probability, byte[] pixels)
    implements Serializable {
  /** The most confident mistakes first; equal ones in an order that depends on nothing else. */
  static final Comparator<Mistake> MOST_CONFIDENT_FIRST =
      Comparator.comparingDouble((Mistake mistake) -> -mistake.confidence)
          .thenComparingDouble(mistake -> mistake.probability)
          .thenComparingInt(mistake -> mistake.actual)
          .thenComparingInt(mistake -> mistake.predicted)
          .thenComparing(mistake -> mistake.pixels, Arrays::compare);
}
