package dev.convoy.driver;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Names the jobs that a thread starts on Spark's page and in its logs: the command, and within it
 * the epoch and round or whatever else the jobs are for.
 */
public final class JobDescription {
  private static final String PROPERTY = "spark.job.description";

  private JobDescription() {}

  /** Does the work of a command; its jobs are described by it. */
  public static <T> T ofCommand(SparkContext spark, String command, Supplier<T> work) {
    return described(spark, "convoy " + command, work);
  }

  /** Does work whose jobs are described more closely than those around it. */
  public static <T> T within(SparkContext spark, String what, Supplier<T> work) {
    String around = spark.getLocalProperty(PROPERTY);
    return described(spark, (around == null ? "Convoy" : around) + ": " + what, work);
  }

  private static <T> T described(SparkContext spark, String description, Supplier<T> work) {
    String before = spark.getLocalProperty(PROPERTY);
    spark.setJobDescription(description);
    try {
      return work.get();
    } finally {
      spark.setLocalProperty(PROPERTY, before);
    }
  }
}
