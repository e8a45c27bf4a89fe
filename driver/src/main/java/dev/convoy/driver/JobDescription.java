package dev.convoy.driver;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Sets the description of the jobs that a thread starts, as Spark's web UI and logs show it: the
 * command, then a detail such as the epoch and round.
 */
public final class JobDescription {
  private static final String PROPERTY = "spark.job.description";

  private JobDescription() {}

  /** Runs a command's work and describes its jobs by the command's name. */
  public static <T> T runCommand(SparkContext spark, String command, Supplier<T> work) {
    return described(spark, "convoy " + command, work);
  }

  /** Runs work and appends a detail to the description of its jobs. */
  public static <T> T within(SparkContext spark, String detail, Supplier<T> work) {
    String outer = spark.getLocalProperty(PROPERTY);
    return described(spark, (outer == null ? "Convoy" : outer) + ": " + detail, work);
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
