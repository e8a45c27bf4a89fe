package dev.convoy.driver.score;

import dev.convoy.data.image.FittedImage;
import dev.convoy.driver.transform.ScoringListener;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts, on executors, the rows and images of a scoring job.
 *
 * @param done counts finished rows
 * @param changed counts images that had another shape than the network
 */
record ScoringCounts(LongAccumulator done, ChangedImages changed) implements ScoringListener {
  private static final long serialVersionUID = 1L;

  @Override
  public void decoded(FittedImage image) {
    changed.add(image);
  }

  @Override
  public void finished() {
    done.add(1);
  }
}
