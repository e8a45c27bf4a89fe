package dev.convoy.driver;

import dev.convoy.data.JobFailedException;
import dev.convoy.worker.engine.NativeMemory;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;

/**
 * The Java heaps of driver and executors: which setting raises them, and what to say at their end.
 */
public final class HeapMemory {
  private static final String OF_EXECUTORS = "spark.executor.memory";
  private static final long MIB = 1L << 20;

  /** How Spark tells of an executor that has ended for lack of heap: with the exit status 52. */
  private static final Pattern LOST_EXECUTOR =
      Pattern.compile("ExecutorLostFailure .*(code|status):? 52\\b", Pattern.DOTALL);

  private HeapMemory() {}

  /** The setting that raises the heap in which tasks run and shards are kept. */
  public static String key(SparkContext spark) {
    return spark.isLocal() ? ofDriver() : OF_EXECUTORS;
  }

  /** The setting that raises the driver's heap: that of the launcher, or of spark-submit. */
  private static String ofDriver() {
    return System.getProperty("convoy.home") == null ? "--driver-memory" : "CONVOY_DRIVER_MEMORY";
  }

  /**
   * Tells people where {@code failure}, or what caused it, is that a Java heap ended.
   *
   * @param onExecutors whether tasks run in other processes than this one
   */
  public static Optional<JobFailedException> explain(Throwable failure, boolean onExecutors) {
    if (NativeMemory.explain(failure).isPresent()) {
      return Optional.empty(); // That memory is no heap.
    }
    boolean inTask = false;
    String how = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      inTask |= at instanceof SparkException;
      if (at instanceof OutOfMemoryError) {
        how = message;
      } else if (how == null && at instanceof SparkException) {
        how = toldBySpark(message);
      }
    }
    return how == null
        ? Optional.empty()
        : Optional.of(
            new JobFailedException(
                "The Java heap ran out of memory: "
                    + how
                    + (inTask && onExecutors ? remedyOnExecutors() : remedyHere(onExecutors)),
                failure));
  }

  private static String toldBySpark(String message) {
    int error = message.indexOf("OutOfMemoryError");
    if (error >= 0) {
      return message.substring(error).lines().findFirst().orElse("");
    }
    return LOST_EXECUTOR.matcher(message).find() ? "an executor ended with status 52" : null;
  }

  private static String remedyOnExecutors() {
    return ". Tasks run in the heaps of the executors (raise "
        + OF_EXECUTORS
        + ", or run fewer tasks at once on each with spark.executor.cores)";
  }

  private static String remedyHere(boolean onExecutors) {
    return String.format(
        Locale.ROOT,
        ". The heap of the driver%s has %,d MiB (raise %s%s)",
        onExecutors ? "" : ", in which all tasks run,",
        Runtime.getRuntime().maxMemory() / MIB,
        ofDriver(),
        onExecutors ? "" : ", or run fewer tasks at once with --master local[1]");
  }

  /**
   * Ends this process with a message where a thread of Spark's ends for lack of heap: whoever waits
   * for that thread would wait for ever.
   *
   * @param status that the process ends with
   */
  public static void endProcessWhenExhausted(int status) {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          Optional<JobFailedException> told = explain(error, false);
          if (told.isPresent()) {
            System.err.println("convoy: " + told.get().getMessage());
            Runtime.getRuntime().halt(status);
          }
          System.err.println("Exception in thread \"" + thread.getName() + "\"");
          error.printStackTrace(System.err);
        });
  }
}
