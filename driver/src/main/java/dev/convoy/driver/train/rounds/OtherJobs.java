package dev.convoy.driver.train.rounds;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Listens for jobs of a Spark session that were not submitted through this instance. */
final class OtherJobs extends SparkListener {
  private static final String OWN = "convoy.rounds";

  private final String mark;
  private final Runnable onOtherJob;

  /**
   * Creates a listener, which still has to be added to the session.
   *
   * @param mark value of the local property that marks own jobs
   * @param onOtherJob called when another job starts, on a thread of Spark
   */
  OtherJobs(String mark, Runnable onOtherJob) {
    this.mark = mark;
    this.onOtherJob = onOtherJob;
  }

  /** Submits a job that is marked as own. */
  <T> T submit(SparkContext spark, Supplier<T> job) {
    String before = spark.getLocalProperty(OWN);
    spark.setLocalProperty(OWN, mark);
    try {
      return job.get();
    } finally {
      spark.setLocalProperty(OWN, before);
    }
  }

  /** Runs work whose jobs are marked as own. */
  void run(SparkContext spark, Runnable work) {
    submit(
        spark,
        () -> {
          work.run();
          return null;
        });
  }

  @Override
  public void onJobStart(SparkListenerJobStart job) {
    if (job.properties() == null || !mark.equals(job.properties().getProperty(OWN))) {
      onOtherJob.run();
    }
  }
}
