package dev.convoy.benchmarks.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts the examples of dl4j-spark's local steps and measures the duration of the steps. Spark
 * sends tasks a copy, so the counter is static: it works if the tasks run in this JVM.
 */
public final class CountExamples implements TrainingHook {
  private static final long serialVersionUID = 1L;
  private static final LongAdder SEEN = new LongAdder();

  private static final Queue<Long> STEP_NANOS = new ConcurrentLinkedQueue<>();
  private static final ThreadLocal<Long> BEGUN = ThreadLocal.withInitial(System::nanoTime);

  /** Returns the examples since the last call. */
  public static long seenAndReset() {
    return SEEN.sumThenReset();
  }

  /** Returns the nanoseconds of every local step since the last call. */
  public static List<Long> stepNanosAndReset() {
    List<Long> nanos = new ArrayList<>();
    for (Long one = STEP_NANOS.poll(); one != null; one = STEP_NANOS.poll()) {
      nanos.add(one);
    }
    return nanos;
  }

  @Override
  public void preUpdate(DataSet batch, Model model) {
    BEGUN.set(System.nanoTime());
  }

  @Override
  public void postUpdate(DataSet batch, Model model) {
    done(batch.numExamples());
  }

  @Override
  public void preUpdate(MultiDataSet batch, Model model) {
    BEGUN.set(System.nanoTime());
  }

  @Override
  public void postUpdate(MultiDataSet batch, Model model) {
    done(batch.getFeatures(0).size(0));
  }

  private static void done(long examples) {
    STEP_NANOS.add(System.nanoTime() - BEGUN.get());
    SEEN.add(examples);
  }
}
