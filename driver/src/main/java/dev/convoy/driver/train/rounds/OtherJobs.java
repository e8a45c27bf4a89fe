package dev.convoy.driver.train.rounds;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Hears of all jobs of a session but one's own. */
final class OtherJobs extends SparkListener {
  private static final String OWN = "convoy.rounds";

  private final String mark;
  private final Runnable told;

  /**
   * Hears of nothing before it is a listener of the session.
   *
   * @param mark of the own jobs
   * @param told of each other job when it starts, on a thread of Spark's
   */
  OtherJobs(String mark, Runnable told) {
    this.mark = mark;
    this.told = told;
  }

  /** Submits an own job. */
  <T> T submit(SparkContext spark, Supplier<T> job) {
    String before = spark.getLocalProperty(OWN);
    spark.setLocalProperty(OWN, mark);
    try {
      return job.get();
    } finally {
      spark.setLocalProperty(OWN, before);
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart job) {
    if (job.properties() == null || !mark.equals(job.properties().getProperty(OWN))) {
      told.run();
    }
  }
}
