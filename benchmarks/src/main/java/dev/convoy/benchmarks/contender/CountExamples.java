package dev.convoy.benchmarks.contender;

import java.util.concurrent.atomic.LongAdder;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts the examples that dl4j-spark makes local steps with. It travels to the tasks as a copy, so
 * the count is one for the JVM: it holds where the tasks run in this JVM.
 */
final class CountExamples implements TrainingHook {
  private static final long serialVersionUID = 1L;
  private static final LongAdder SEEN = new LongAdder();

  /** The examples since the last call. */
  static long seenAndReset() {
    return SEEN.sumThenReset();
  }

  @Override
  public void preUpdate(DataSet batch, Model model) {}

  @Override
  public void postUpdate(DataSet batch, Model model) {
    SEEN.add(batch.numExamples());
  }

  @Override
  public void preUpdate(MultiDataSet batch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet batch, Model model) {
    SEEN.add(batch.getFeatures(0).size(0));
  }
}
